package io.everynode.objects.apply;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A set of paths of fields. A path's presence says nothing of those above or below it. {@link #insert} is for whoever
 * builds a set; the operations give new sets and may share parts with the old ones, which are not to be changed then.
 */
final class FieldSet {

    /** @param below what lies below the element; null for nothing */
    private record Node(boolean member, FieldSet below) {

        boolean empty() {
            return !member && below == null;
        }
    }

    private final TreeMap<PathElement, Node> nodes = new TreeMap<>();

    static FieldSet of(List<List<PathElement>> paths) {
        FieldSet set = new FieldSet();
        paths.forEach(set::insert);
        return set;
    }

    /** A set of plain fields such as {@code metadata.name}. */
    static FieldSet ofFields(String... paths) {
        FieldSet set = new FieldSet();
        for (String path : paths) {
            List<PathElement> elements = new ArrayList<>();
            for (String name : path.split("\\.")) {
                elements.add(PathElement.field(name));
            }
            set.insert(elements);
        }
        return set;
    }

    /** The empty path, which would be the whole object, is never a member. */
    void insert(List<PathElement> path) {
        insert(path, 0);
    }

    private void insert(List<PathElement> path, int from) {
        if (from >= path.size()) {
            return;
        }
        Node node = nodes.get(path.get(from));
        boolean last = from == path.size() - 1;
        FieldSet below = node == null ? null : node.below();
        if (!last && below == null) {
            below = new FieldSet();
        }
        nodes.put(path.get(from), new Node(last || node != null && node.member(), below));
        if (!last) {
            below.insert(path, from + 1);
        }
    }

    boolean isEmpty() {
        return nodes.isEmpty();
    }

    boolean has(PathElement element) {
        Node node = nodes.get(element);
        return node != null && node.member();
    }

    /** The paths that go on below the element; null when there are none. */
    FieldSet below(PathElement element) {
        Node node = nodes.get(element);
        return node == null ? null : node.below();
    }

    /**
     * Sets what is known of an element of this level, for whoever builds a set level by level.
     *
     * @param below null, or to be left alone from now on
     */
    void put(PathElement element, boolean member, FieldSet below) {
        Node node = new Node(member, below == null || below.isEmpty() ? null : below);
        if (!node.empty()) {
            nodes.put(element, node);
        }
    }

    FieldSet union(FieldSet other) {
        if (other.isEmpty()) {
            return this;
        }
        FieldSet all = new FieldSet();
        all.nodes.putAll(nodes);
        for (Map.Entry<PathElement, Node> entry : other.nodes.entrySet()) {
            Node mine = nodes.get(entry.getKey());
            Node theirs = entry.getValue();
            if (mine == null) {
                all.nodes.put(entry.getKey(), theirs);
            } else {
                FieldSet below = mine.below() == null
                        ? theirs.below()
                        : theirs.below() == null ? mine.below() : mine.below().union(theirs.below());
                all.put(entry.getKey(), mine.member() || theirs.member(), below);
            }
        }
        return all;
    }

    FieldSet intersection(FieldSet other) {
        FieldSet common = new FieldSet();
        for (Map.Entry<PathElement, Node> entry : nodes.entrySet()) {
            Node mine = entry.getValue();
            Node theirs = other.nodes.get(entry.getKey());
            if (theirs != null) {
                FieldSet below = mine.below() == null || theirs.below() == null
                        ? null
                        : mine.below().intersection(theirs.below());
                common.put(entry.getKey(), mine.member() && theirs.member(), below);
            }
        }
        return common;
    }

    /** What is here and not there, path by path: a field taken away leaves what lies below it. */
    FieldSet difference(FieldSet other) {
        return difference(other, false);
    }

    /** As {@link #difference}, and what lies below a field goes with it. */
    FieldSet recursiveDifference(FieldSet other) {
        return difference(other, true);
    }

    private FieldSet difference(FieldSet other, boolean recursive) {
        if (other.isEmpty() || isEmpty()) {
            return this;
        }
        FieldSet rest = new FieldSet();
        for (Map.Entry<PathElement, Node> entry : nodes.entrySet()) {
            Node mine = entry.getValue();
            Node theirs = other.nodes.get(entry.getKey());
            if (theirs == null) {
                rest.nodes.put(entry.getKey(), mine);
            } else if (!(recursive && theirs.member())) {
                FieldSet below = mine.below() == null || theirs.below() == null
                        ? mine.below()
                        : mine.below().difference(theirs.below(), recursive);
                rest.put(entry.getKey(), mine.member() && !theirs.member(), below);
            }
        }
        return rest;
    }

    /** With each field that has a name in the schema and a member below it. */
    FieldSet withNamedFields(ValueForm form) {
        FieldSet all = new FieldSet();
        for (Map.Entry<PathElement, Node> entry : nodes.entrySet()) {
            Node node = entry.getValue();
            if (node.below() == null) {
                all.nodes.put(entry.getKey(), node);
                continue;
            }
            String name = entry.getKey().fieldName();
            boolean named = name != null && form != null && form.declares(name);
            ValueForm next = form == null
                    ? null
                    : name != null ? form.member(name) : entry.getKey().isElement() ? form.element() : null;
            all.put(entry.getKey(), node.member() || named, node.below().withNamedFields(next));
        }
        return all;
    }

    /** Every path: at each level first the members, then what lies below. */
    List<List<PathElement>> paths() {
        List<List<PathElement>> paths = new ArrayList<>();
        collect(List.of(), paths);
        return paths;
    }

    private void collect(List<PathElement> before, List<List<PathElement>> to) {
        for (Map.Entry<PathElement, Node> entry : nodes.entrySet()) {
            if (entry.getValue().member()) {
                to.add(path(before, entry.getKey()));
            }
        }
        for (Map.Entry<PathElement, Node> entry : nodes.entrySet()) {
            if (entry.getValue().below() != null) {
                entry.getValue().below().collect(path(before, entry.getKey()), to);
            }
        }
    }

    static List<PathElement> path(List<PathElement> before, PathElement next) {
        List<PathElement> path = new ArrayList<>(before.size() + 1);
        path.addAll(before);
        path.add(next);
        return path;
    }

    /** As messages show a path: {@code .spec.template.spec.containers[name="x"].image}. */
    static String shown(List<PathElement> path) {
        StringBuilder text = new StringBuilder();
        path.forEach(text::append);
        return text.toString();
    }

    /** Calls for each element of this level in order; {@code below} may be null. */
    void forEach(Visitor visitor) {
        nodes.forEach((element, node) -> visitor.visit(element, node.member(), node.below()));
    }

    @FunctionalInterface
    interface Visitor {
        void visit(PathElement element, boolean member, FieldSet below);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof FieldSet set && nodes.equals(set.nodes);
    }

    @Override
    public int hashCode() {
        return nodes.hashCode();
    }

    /** One path a line. */
    @Override
    public String toString() {
        return String.join("\n", paths().stream().map(FieldSet::shown).toList());
    }
}
