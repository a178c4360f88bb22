package io.everynode.app;

import io.everynode.apiserver.authentication.BootstrapTokens;
import io.everynode.apiserver.authentication.UserTokens;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code everynode token create}: prints the token, which is shown nowhere else and never again. */
@Command(
        name = "create",
        description =
                "Makes a token and prints it: of a user with --user, else a bootstrap token by which machines join.",
        mixinStandardHelpOptions = true,
        versionProvider = Main.Version.class)
final class TokenCreateCommand implements Callable<Integer> {

    private static final String LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789";

    @Option(names = "--user", paramLabel = "NAME", description = "Whose token it is; without it, a bootstrap token.")
    private String user;

    @Option(names = "--group", paramLabel = "NAME", description = "A group of the user; repeatable.")
    private List<String> groups = List.of();

    @Option(
            names = "--for",
            paramLabel = "TIME",
            defaultValue = "24h",
            converter = Lifetime.class,
            description = "How long it counts, such as 30m, 24h, 7d (default: ${DEFAULT-VALUE}).")
    private Duration valid;

    @Option(
            names = "--description",
            paramLabel = "TEXT",
            defaultValue = "",
            description = "What a bootstrap token is for.")
    private String description;

    @Option(
            names = "--join",
            description =
                    "Print the command by which a machine with Docker joins, instead of the bootstrap token alone.")
    private boolean join;

    @Mixin
    private TokenStore store;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws StartFailure, InterruptedException {
        boolean bootstrap = user == null;
        if (bootstrap && !groups.isEmpty()) {
            throw new ParameterException(spec.commandLine(), "--group goes with --user");
        }
        if (!bootstrap && user.isBlank()) {
            throw new ParameterException(spec.commandLine(), "--user names nobody");
        }
        if (groups.stream().anyMatch(group -> group.isBlank() || group.contains("\n"))) {
            throw new ParameterException(spec.commandLine(), "--group names no group");
        }
        if (!bootstrap && join) {
            throw new ParameterException(spec.commandLine(), "--join goes without --user");
        }
        // Before the token is made: without an authority there is no such command.
        Optional<String> command = bootstrap ? store.joinCommand(join) : Optional.empty();
        SecureRandom random = new SecureRandom();
        Instant until = Clock.systemUTC().instant().plus(valid).truncatedTo(ChronoUnit.SECONDS);
        String token;
        if (bootstrap) {
            token = letters(random, 6) + "." + letters(random, 16);
            store.create(BootstrapTokens.object(token, description, until));
        } else {
            byte[] secret = new byte[UserTokens.SECRET_BYTES];
            random.nextBytes(secret);
            byte[] salt = new byte[16];
            random.nextBytes(salt);
            token = UserTokens.token(letters(random, 10), secret);
            store.create(UserTokens.object(token, salt, user, groups, until));
        }
        spec.commandLine().getOut().println(join ? command.orElseThrow() + " --token " + token : token);
        if (!join) {
            // Without the token, which has to be in one place only: the other output may be a file or a variable.
            command.ifPresent(
                    text -> spec.commandLine().getErr().println("A machine joins with it by: " + text + " --token …"));
        }
        return 0;
    }

    private static String letters(SecureRandom random, int count) {
        StringBuilder text = new StringBuilder(count);
        for (int i = 0; i < count; i++) {
            text.append(LETTERS.charAt(random.nextInt(LETTERS.length())));
        }
        return text.toString();
    }
}
