package io.everynode.objects.decode;

/** Where in an object the check is. A chain of steps; texts are only made for messages. */
record Path(Path parent, Step step, String name) {

    static final Path ROOT = new Path(null, Step.FIELD, "");

    enum Step {
        FIELD,
        INDEX,
        KEY
    }

    Path field(String fieldName) {
        return new Path(this, Step.FIELD, fieldName);
    }

    Path index(int index) {
        return new Path(this, Step.INDEX, Integer.toString(index));
    }

    Path key(String key) {
        return new Path(this, Step.KEY, key);
    }

    /** As in {@code spec.template.spec.tolerations[0].operator}. */
    String full() {
        if (parent == null) {
            return "";
        }
        String before = parent.full();
        if (step == Step.INDEX) {
            return before + "[" + name + "]";
        }
        return before.isEmpty() ? name : before + "." + name;
    }

    /** Field names alone, which is how encoding/json names the field of a wrong type. */
    String fields() {
        if (parent == null) {
            return "";
        }
        String before = parent.fields();
        if (step != Step.FIELD) {
            return before;
        }
        return before.isEmpty() ? name : before + "." + name;
    }
}
