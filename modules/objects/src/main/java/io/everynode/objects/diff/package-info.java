/** What differs between two trees, field by field. */
package io.everynode.objects.diff;
