package io.everynode.objects.select;

import io.everynode.objects.select.LabelSelectorLexer.Token;
import io.everynode.objects.select.LabelSelectorLexer.Type;
import io.everynode.objects.select.Requirement.Operator;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/** Reads requirements by the grammar, and with the error texts, of apimachinery/pkg/labels/selector.go. */
final class LabelSelectorParser {

    /** The text is no selector; the message is for the client. */
    static final class SyntaxException extends Exception {
        private static final long serialVersionUID = 1;

        SyntaxException(String message) {
            super(message, null, false, false);
        }
    }

    private final List<Token> tokens;
    private int position;

    private LabelSelectorParser(String text) {
        tokens = LabelSelectorLexer.tokens(text);
    }

    static List<Requirement> parse(String text) throws SyntaxException {
        return new LabelSelectorParser(text).requirements();
    }

    private List<Requirement> requirements() throws SyntaxException {
        List<Requirement> requirements = new ArrayList<>();
        while (true) {
            Token token = peek();
            switch (token.type()) {
                case IDENTIFIER, NOT -> {
                    requirements.add(requirement());
                    Token next = next();
                    if (next.type() == Type.END) {
                        return requirements;
                    }
                    if (next.type() != Type.COMMA) {
                        throw found(next, ", expected: ',' or 'end of string'");
                    }
                    if (peek().type() != Type.IDENTIFIER && peek().type() != Type.NOT) {
                        throw found(peek(), ", expected: identifier after ','");
                    }
                }
                case END -> {
                    return requirements;
                }
                default -> throw found(token, ", expected: !, identifier, or 'end of string'");
            }
        }
    }

    private Requirement requirement() throws SyntaxException {
        try {
            return check(unchecked());
        } catch (SyntaxException e) {
            throw new SyntaxException("unable to parse requirement: " + e.getMessage());
        }
    }

    private Requirement unchecked() throws SyntaxException {
        Token token = next();
        boolean missing = token.type() == Type.NOT;
        if (missing) {
            token = next();
        }
        if (token.type() != Type.IDENTIFIER) {
            throw found(token, ", expected: identifier");
        }
        String key = token.text();
        String wrong = LabelNames.wrongKey(key);
        if (!wrong.isEmpty()) {
            throw new SyntaxException("key: Invalid value: \"" + key + "\": " + wrong);
        }
        if (missing) {
            return Requirement.of(key, Operator.MISSING, List.of());
        }
        if (peek().type() == Type.END || peek().type() == Type.COMMA) {
            return Requirement.of(key, Operator.EXISTS, List.of());
        }
        Operator operator = operator();
        List<String> values = operator == Operator.IN || operator == Operator.NOT_IN ? values() : List.of(exactValue());
        return Requirement.of(key, operator, values);
    }

    private static Requirement check(Requirement requirement) throws SyntaxException {
        List<String> wrong = new ArrayList<>();
        switch (requirement.operator()) {
            case IN, NOT_IN -> {
                if (requirement.values().isEmpty()) {
                    wrong.add("values: Invalid value: []: for 'in', 'notin' operators, values set can't be empty");
                }
            }
            case GREATER, LESS -> {
                String value = requirement.values().iterator().next();
                if (Requirement.integer(value).isEmpty()) {
                    wrong.add("values[0]: Invalid value: \"" + value
                            + "\": for 'Gt', 'Lt' operators, the value must be an integer");
                }
            }
            default -> {
                // The others have no rule of their own.
            }
        }
        int index = 0;
        for (String value : new TreeSet<>(requirement.values())) {
            String reason = LabelNames.wrongValue(value);
            if (!reason.isEmpty()) {
                wrong.add("values[" + index + "][" + requirement.key() + "]: Invalid value: \"" + value + "\": "
                        + reason);
            }
            index++;
        }
        if (!wrong.isEmpty()) {
            String all = String.join(", ", wrong);
            throw new SyntaxException(wrong.size() > 1 ? "[" + all + "]" : all);
        }
        return requirement;
    }

    private Operator operator() throws SyntaxException {
        Token token = tokens.get(position++);
        return switch (token.type()) {
            case IN -> Operator.IN;
            case NOT_IN -> Operator.NOT_IN;
            case EQUALS -> Operator.EQUALS;
            case DOUBLE_EQUALS -> Operator.DOUBLE_EQUALS;
            case NOT_EQUALS -> Operator.NOT_EQUALS;
            case GREATER -> Operator.GREATER;
            case LESS -> Operator.LESS;
            default -> throw found(token, ", expected: '=', '!=', '==', 'in', notin'");
        };
    }

    private List<String> values() throws SyntaxException {
        Token open = next();
        if (open.type() != Type.OPEN) {
            throw found(open, " expected: '('");
        }
        switch (peek().type()) {
            case IDENTIFIER, COMMA -> {
                List<String> values = identifiers();
                Token close = next();
                if (close.type() != Type.CLOSE) {
                    throw found(close, ", expected: ')'");
                }
                return values;
            }
            case CLOSE -> {
                next();
                return List.of();
            }
            default -> throw found(peek(), ", expected: ',', ')' or identifier");
        }
    }

    /** Up to the closing parenthesis; an empty place between commas is the empty value. */
    private List<String> identifiers() throws SyntaxException {
        List<String> values = new ArrayList<>();
        while (true) {
            Token token = next();
            switch (token.type()) {
                case IDENTIFIER -> {
                    values.add(token.text());
                    if (peek().type() == Type.CLOSE) {
                        return values;
                    }
                    if (peek().type() != Type.COMMA) {
                        throw found(peek(), ", expected: ',' or ')'");
                    }
                }
                case COMMA -> {
                    if (values.isEmpty()) {
                        values.add("");
                    }
                    if (peek().type() == Type.CLOSE) {
                        values.add("");
                        return values;
                    }
                    if (peek().type() == Type.COMMA) {
                        next();
                        values.add("");
                    }
                }
                default -> throw found(token, ", expected: ',', or identifier");
            }
        }
    }

    private String exactValue() throws SyntaxException {
        if (peek().type() == Type.END || peek().type() == Type.COMMA) {
            return "";
        }
        Token token = next();
        if (token.type() != Type.IDENTIFIER) {
            throw found(token, ", expected: identifier");
        }
        return token.text();
    }

    /** The token here; "in" and "notin" are ordinary words but where an operator is due. */
    private Token peek() {
        Token token = tokens.get(Math.min(position, tokens.size() - 1));
        boolean word = token.type() == Type.IN || token.type() == Type.NOT_IN;
        return word ? new Token(Type.IDENTIFIER, token.text()) : token;
    }

    private Token next() {
        Token token = peek();
        position++;
        return token;
    }

    private static SyntaxException found(Token token, String expected) {
        return new SyntaxException("found '" + token.text() + "'" + expected);
    }
}
