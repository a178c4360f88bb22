package io.everynode.app;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.jar.JarFile;
import java.util.regex.Pattern;
import java.util.zip.ZipEntry;
import org.apache.maven.artifact.versioning.DefaultArtifactVersion;
import org.apache.maven.artifact.versioning.InvalidVersionSpecificationException;
import org.apache.maven.artifact.versioning.VersionRange;

/** The rows of config/known-holes.tsv, and what they say of libraries. */
record KnownHoles(List<Row> rows) {

    /** One line: a hole, or a library of which none was found. */
    record Row(String id, String artifact, String affected, String fixed, String accepted, String what, String source) {
        private static final Pattern ID = Pattern.compile("none|CVE-\\d{4}-\\d{4,}|GHSA(-[0-9a-z]{4}){3}");

        static Row of(String line) {
            String[] fields = line.split("\t", -1);
            if (fields.length != 7 || !ID.matcher(fields[0]).matches()) {
                throw new IllegalArgumentException(line);
            }
            return new Row(fields[0], fields[1], fields[2], fields[3], fields[4], fields[5], fields[6]);
        }

        boolean concerns(Library library) {
            String pattern = "\\Q" + artifact.replace("*", "\\E.*\\Q") + "\\E";
            return library.name().matches(pattern);
        }

        boolean affects(Library library) {
            return !id.equals("none")
                    && concerns(library)
                    && range().containsVersion(new DefaultArtifactVersion(library.version()));
        }

        VersionRange range() {
            try {
                return VersionRange.createFromVersionSpec(affected);
            } catch (InvalidVersionSpecificationException e) {
                throw new IllegalArgumentException(this + ": " + e.getMessage(), e);
            }
        }
    }

    /** @param name group and artifact, with a colon between them */
    record Library(String name, String version) {}

    static KnownHoles read(Path file) throws IOException {
        return new KnownHoles(Files.readAllLines(file).stream()
                .filter(line -> !line.startsWith("#"))
                .map(Row::of)
                .toList());
    }

    /** In words: which shipped version has which hole, without those that are shipped in spite of one. */
    List<String> found(List<Library> shipped) {
        List<String> found = new ArrayList<>();
        for (Row row : rows) {
            for (Library library : shipped) {
                if (row.affects(library) && !row.accepted().equals(library.version())) {
                    found.add(library.name() + " " + library.version() + ": " + row.id() + " (" + row.what()
                            + "), without it from " + row.fixed());
                }
            }
        }
        return found;
    }

    /**
     * The libraries of a class path of jars in a Maven repository, and those that they have inside under other names,
     * as far as they tell. Our own modules are none.
     */
    static List<Library> shipped(String classpath, Path repository) throws IOException {
        List<Library> all = new ArrayList<>();
        for (String entry : classpath.strip().split(Pattern.quote(File.pathSeparator))) {
            Path jar = Path.of(entry);
            if (!entry.endsWith(".jar") || jar.getFileName().toString().startsWith("everynode-")) {
                continue;
            }
            Path version = jar.getParent();
            Path artifact = version.getParent();
            all.add(new Library(
                    group(artifact, repository) + ":" + artifact.getFileName(),
                    version.getFileName().toString()));
            all.addAll(inside(jar));
        }
        return all.stream().distinct().toList();
    }

    private static String group(Path artifact, Path repository) {
        return repository.relativize(artifact.getParent()).toString().replace(File.separatorChar, '.');
    }

    private static List<Library> inside(Path file) throws IOException {
        List<Library> inside = new ArrayList<>();
        try (JarFile jar = new JarFile(file.toFile())) {
            for (ZipEntry entry : jar.stream().toList()) {
                if (entry.getName().matches("META-INF/maven/.*/pom\\.properties")) {
                    Properties properties = new Properties();
                    try (InputStream in = jar.getInputStream(entry)) {
                        properties.load(in);
                    }
                    inside.add(new Library(
                            properties.getProperty("groupId") + ":" + properties.getProperty("artifactId"),
                            properties.getProperty("version")));
                }
            }
        }
        return inside;
    }
}
