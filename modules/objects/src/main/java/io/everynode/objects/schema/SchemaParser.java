package io.everynode.objects.schema;

import io.everynode.objects.schema.Field.ListType;
import io.everynode.objects.schema.Field.Shape;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Reads schema files. Not thread-safe; a broken file is a defect and throws.
 *
 * <pre>
 * # A comment.
 * package io.k8s.api.core.v1
 *
 * Volume -- Description of the type; "Volume atomic --" when server-side apply takes it as a whole.
 *   name 1 string required -- Description of the field.
 *   inline 2 VolumeSource
 *   ports 6 ContainerPort[] patch=merge key=containerPort list=map(containerPort,protocol) -- ...
 * </pre>
 *
 * A field's line holds its JSON name, protobuf number (0 for none) and type, with {@code []} for a list and <code>{}
 * </code> for a map with string keys, then any of {@code required}, {@code explicit}, {@code patch=}, {@code key=},
 * {@code list=atomic|set|map(keys)}, {@code map=atomic} and {@code default=}. A type is a scalar's name or the short
 * name of a type: of the same package, or else of the only other package that has it.
 */
final class SchemaParser {

    private static final String DESCRIPTION = " -- ";
    private static final String INLINE = "inline ";

    private final Map<String, Declaration> declarations = new LinkedHashMap<>();
    private String packageName = "";
    private Declaration current;

    private record Declaration(SchemaType type, String packageName, List<String> lines) {}

    void readResource(String file) {
        try (InputStream in = SchemaParser.class.getResourceAsStream(file)) {
            if (in == null) {
                throw new IllegalStateException("No schema file " + file);
            }
            new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))
                    .lines()
                    .forEach(this::readLine);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void readLine(String line) {
        if (line.isBlank() || line.startsWith("#")) {
            return;
        }
        if (line.startsWith("package ")) {
            packageName = line.substring("package ".length()).trim();
        } else if (line.startsWith("  ")) {
            current.lines().add(line.trim());
        } else {
            int dashes = separator(line);
            String[] head = line.substring(0, dashes).split(" ");
            SchemaType type = new SchemaType(
                    packageName + "." + head[0],
                    line.substring(dashes + DESCRIPTION.length()),
                    head.length > 1 && head[1].equals("atomic"));
            current = new Declaration(type, packageName, new ArrayList<>());
            if (declarations.put(type.name(), current) != null) {
                throw new IllegalStateException("Declared twice: " + type.name());
            }
        }
    }

    /** All types, with their references resolved. Call once, after the last file. */
    List<ObjectType> types() {
        declarations.values().forEach(this::resolve);
        List<ObjectType> types = new ArrayList<>();
        declarations.values().forEach(declaration -> types.add(declaration.type()));
        return types;
    }

    private void resolve(Declaration declaration) {
        SchemaType type = declaration.type();
        for (String line : declaration.lines()) {
            if (line.startsWith(INLINE)) {
                String[] words = line.split(" ");
                Declaration inlined = declaration(words[2], declaration.packageName());
                type.inline(Integer.parseInt(words[1]), inlined.type());
                inlined.lines().forEach(nested -> type.add(field(nested, inlined.packageName(), true)));
            } else {
                type.add(field(line, declaration.packageName(), false));
            }
        }
    }

    private Field field(String line, String from, boolean nested) {
        int dashes = separator(line);
        String[] words = line.substring(0, dashes).split(" ");
        Map<String, String> flags = new LinkedHashMap<>();
        for (int i = 3; i < words.length; i++) {
            String[] flag = words[i].split("=", 2);
            flags.put(flag[0], flag.length > 1 ? flag[1] : "");
        }
        String typeName = words[2];
        Shape shape = typeName.endsWith("[]") ? Shape.LIST : typeName.endsWith("{}") ? Shape.MAP : Shape.SINGLE;
        if (shape != Shape.SINGLE) {
            typeName = typeName.substring(0, typeName.length() - 2);
        }
        String list = flags.getOrDefault("list", "none");
        int keys = list.indexOf('(');
        return new Field(
                words[0],
                nested ? 0 : Integer.parseInt(words[1]),
                valueType(typeName, from),
                shape,
                flags.containsKey("required"),
                flags.getOrDefault("key", ""),
                flags.getOrDefault("patch", ""),
                line.substring(dashes + DESCRIPTION.length()),
                ListType.valueOf((keys < 0 ? list : list.substring(0, keys)).toUpperCase(Locale.ROOT)),
                keys < 0
                        ? List.of()
                        : List.of(list.substring(keys + 1, list.length() - 1).split(",")),
                "atomic".equals(flags.get("map")),
                flags.containsKey("explicit"),
                flags.getOrDefault("default", ""));
    }

    private ValueType valueType(String name, String from) {
        return switch (name) {
            case "string" -> ValueType.Scalar.STRING;
            case "bool" -> ValueType.Scalar.BOOLEAN;
            case "int32" -> ValueType.Scalar.INT32;
            case "int64" -> ValueType.Scalar.INT64;
            case "double" -> ValueType.Scalar.DOUBLE;
            case "bytes" -> ValueType.Scalar.BYTES;
            case "time" -> ValueType.Scalar.TIME;
            case "micro-time" -> ValueType.Scalar.MICRO_TIME;
            case "quantity" -> ValueType.Scalar.QUANTITY;
            case "int-or-string" -> ValueType.Scalar.INT_OR_STRING;
            case "texts" -> ValueType.Scalar.TEXTS;
            case "raw" -> ValueType.Scalar.RAW;
            case "fields" -> ValueType.Scalar.FIELDS_V1;
            default -> new ValueType.Structured(declaration(name, from).type());
        };
    }

    private Declaration declaration(String shortName, String from) {
        Declaration near = declarations.get(from + "." + shortName);
        if (near != null) {
            return near;
        }
        List<Declaration> found = declarations.values().stream()
                .filter(declaration -> declaration.type().shortName().equals(shortName))
                .toList();
        if (found.size() != 1) {
            throw new IllegalStateException(found.size() + " schemas declare " + shortName + ", for " + from);
        }
        return found.get(0);
    }

    private static int separator(String line) {
        int at = line.indexOf(DESCRIPTION);
        if (at < 0) {
            throw new IllegalStateException("No description: " + line);
        }
        return at;
    }
}
