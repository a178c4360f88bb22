package io.everynode.objects.select;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Splits a label selector into tokens, as upstream's Lexer does. */
final class LabelSelectorLexer {

    enum Type {
        OPEN,
        CLOSE,
        COMMA,
        NOT,
        EQUALS,
        DOUBLE_EQUALS,
        NOT_EQUALS,
        IN,
        NOT_IN,
        GREATER,
        LESS,
        IDENTIFIER,
        END
    }

    record Token(Type type, String text) {}

    private static final String SYMBOLS = "=!(),<>";
    private static final Map<String, Type> WORDS = Map.ofEntries(
            Map.entry("(", Type.OPEN),
            Map.entry(")", Type.CLOSE),
            Map.entry(",", Type.COMMA),
            Map.entry("!", Type.NOT),
            Map.entry("=", Type.EQUALS),
            Map.entry("==", Type.DOUBLE_EQUALS),
            Map.entry("!=", Type.NOT_EQUALS),
            Map.entry("in", Type.IN),
            Map.entry("notin", Type.NOT_IN),
            Map.entry(">", Type.GREATER),
            Map.entry("<", Type.LESS));

    private LabelSelectorLexer() {}

    /** The last token is always END. */
    static List<Token> tokens(String text) {
        List<Token> tokens = new ArrayList<>();
        int at = 0;
        while (at < text.length()) {
            char c = text.charAt(at);
            int start = at;
            if (isSpace(c)) {
                at++;
            } else if (isSymbol(c)) {
                // The longest operator that starts here: "!=", but "!" in "!(".
                at += at + 2 <= text.length() && WORDS.containsKey(text.substring(at, at + 2)) ? 2 : 1;
                String symbol = text.substring(start, at);
                tokens.add(new Token(WORDS.get(symbol), symbol));
            } else {
                while (at < text.length() && !isSpace(text.charAt(at)) && !isSymbol(text.charAt(at))) {
                    at++;
                }
                String word = text.substring(start, at);
                tokens.add(new Token(WORDS.getOrDefault(word, Type.IDENTIFIER), word));
            }
        }
        tokens.add(new Token(Type.END, ""));
        return tokens;
    }

    private static boolean isSpace(char c) {
        return c == ' ' || c == '\t' || c == '\r' || c == '\n';
    }

    private static boolean isSymbol(char c) {
        return SYMBOLS.indexOf(c) >= 0;
    }
}
