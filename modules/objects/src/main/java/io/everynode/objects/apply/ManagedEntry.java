package io.everynode.objects.apply;

/**
 * What one manager owns.
 *
 * @param apiVersion that the fields are written in
 * @param time of its last change as the API shows it, or "" for none
 */
record ManagedEntry(FieldSet fields, String apiVersion, String time) {

    ManagedEntry withFields(FieldSet newFields) {
        return new ManagedEntry(newFields, apiVersion, time);
    }
}
