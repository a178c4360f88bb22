package io.everynode.objects.rules;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The blocks of a PEM text (RFC 7468), as Go's encoding/pem finds them: what stands around them is passed over.
 *
 * @param type such as CERTIFICATE
 * @param headers whether lines such as "Proc-Type: 4" stand before the data
 */
record Pem(String type, boolean headers, byte[] bytes) {

    private static final String END = "\n-----END ";
    private static final Pattern BEGIN = Pattern.compile("(?m)^-----BEGIN ([^\\r\\n-]*)-----[ \\t]*\\r?$");

    /** In one pass: an end is looked for once, however many beginnings stand before it. */
    static List<Pem> blocks(byte[] text) {
        String all = new String(text, StandardCharsets.ISO_8859_1);
        List<Pem> blocks = new ArrayList<>();
        Matcher begin = BEGIN.matcher(all);
        int from = 0;
        int end = -1;
        while (begin.find(from)) {
            from = begin.end();
            if (end < from) {
                end = all.indexOf(END, from);
            }
            if (end < 0) {
                break;
            }
            String type = begin.group(1);
            if (!all.startsWith(type + "-----", end + END.length())) {
                continue;
            }
            String body = all.substring(from, end);
            boolean headers = body.indexOf(':') >= 0;
            try {
                blocks.add(new Pem(
                        type,
                        headers,
                        headers ? new byte[0] : Base64.getMimeDecoder().decode(body)));
                from = end + 1;
            } catch (IllegalArgumentException e) {
                // No base64: as if the block were not there.
            }
        }
        return blocks;
    }
}
