package dev.mokha.text.grammar;

import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The values of `format` as regular expressions. What they allow is in the format's definition; where that
/// is wider than is written in practice (comments in addresses, host names of one label a thousand long), so
/// much of it as is.
final class Formats {
    private static final String DATE =
            "(\\d{4}-((0[13578]|1[02])-(0[1-9]|[12]\\d|3[01])|(0[469]|11)-(0[1-9]|[12]\\d|30)|02-(0[1-9]|1\\d|2[0-8]))"
                    + "|(\\d\\d(0[48]|[2468][048]|[13579][26])|([02468][048]|[13579][26])00)-02-29)";
    private static final String TIME = "([01]\\d|2[0-3]):[0-5]\\d:[0-5]\\d(\\.\\d{1,9})?(Z|[+-](0\\d|1[0-3]):[0-5]\\d)";
    private static final String UNTIL_SECONDS = "(\\d{1,4}H(\\d{1,4}M(\\d{1,4}S)?)?|\\d{1,4}M(\\d{1,4}S)?|\\d{1,4}S)";
    private static final String UNTIL_DAYS = "(\\d{1,4}Y(\\d{1,4}M(\\d{1,4}D)?)?|\\d{1,4}M(\\d{1,4}D)?|\\d{1,4}D)";
    private static final String LABEL = "[A-Za-z0-9]{1,15}(-[A-Za-z0-9]{1,15}){0,1}";
    private static final String HOST = LABEL + "(\\." + LABEL + "){0,2}";
    /// Validators of addresses know the top-level domains; these are the ones that most addresses have.
    private static final String TOP =
            "(com|org|net|edu|gov|int|info|biz|name|app|dev|io|ai|ae|ar|at|au|be|bg|bh|br|ca|ch|cl|cn|co"
                    + "|cz|de|dk|dz|ee|eg|es|eu|fi|fr|gr|hk|hr|hu|id|ie|il|in|iq|ir|is|it|jo|jp|ke|kr|kw|lb|lt|lu|lv|ly|ma|me|mx|my"
                    + "|ng|nl|no|nz|om|pe|ph|pk|pl|ps|pt|qa|ro|rs|ru|sa|sd|se|sg|si|sk|sy|th|tn|tr|tv|tw|ua|uk|us|uy|vn|ye|za)";
    private static final String DOMAIN = "(" + LABEL + "\\.){1,3}" + TOP;
    private static final String OCTET = "(25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)";
    private static final String IPV4 = OCTET + "(\\." + OCTET + "){3}";
    private static final String H16 = "[0-9A-Fa-f]{1,4}";
    private static final String LS32 = "(" + H16 + ":" + H16 + "|" + IPV4 + ")";
    private static final String IPV6 = "((" + H16 + ":){6}" + LS32
            + "|::(" + H16 + ":){5}" + LS32
            + "|(" + H16 + ")?::(" + H16 + ":){4}" + LS32
            + "|((" + H16 + ":){0,1}" + H16 + ")?::(" + H16 + ":){3}" + LS32
            + "|((" + H16 + ":){0,2}" + H16 + ")?::(" + H16 + ":){2}" + LS32
            + "|((" + H16 + ":){0,3}" + H16 + ")?::" + H16 + ":" + LS32
            + "|((" + H16 + ":){0,4}" + H16 + ")?::" + LS32
            + "|((" + H16 + ":){0,5}" + H16 + ")?::" + H16
            + "|((" + H16 + ":){0,6}" + H16 + ")?::)";
    private static final String PCHAR = "([A-Za-z0-9._~!$&'()*+,;=:@-]|%[0-9A-Fa-f]{2})";
    private static final String SEGMENT = "([A-Za-z0-9._~!$&'()*+,;=@-]|%[0-9A-Fa-f]{2})"; // without a colon
    private static final String TAIL = "(\\?(" + PCHAR + "|[/?])*)?(#(" + PCHAR + "|[/?])*)?";
    private static final String AUTHORITY = "//" + HOST + "(:\\d{1,4})?";
    private static final String URI = "[A-Za-z][A-Za-z0-9+.-]{0,20}:(" + AUTHORITY + "(/" + PCHAR + "*)*|" + PCHAR
            + "+(/" + PCHAR + "*)*)" + TAIL;
    private static final String URI_REFERENCE = "(" + URI + "|(/?" + SEGMENT + "+(/" + PCHAR + "*)*)?" + TAIL + ")";
    private static final String EMAIL = "[A-Za-z0-9_+-]{1,30}(\\.[A-Za-z0-9_+-]{1,30}){0,1}@" + DOMAIN;
    private static final String POINTER = "(/([^~/]|~[01])*)*";

    private static final Map<String, String> REGEXES = Map.ofEntries(
            Map.entry("date", DATE),
            Map.entry("time", TIME),
            Map.entry("date-time", DATE + "T" + TIME),
            Map.entry("duration", "P(\\d{1,4}W|" + UNTIL_DAYS + "(T" + UNTIL_SECONDS + ")?|T" + UNTIL_SECONDS + ")"),
            Map.entry("email", EMAIL),
            Map.entry("idn-email", EMAIL),
            Map.entry("hostname", HOST),
            Map.entry("idn-hostname", HOST),
            Map.entry("ipv4", IPV4),
            Map.entry("ipv6", IPV6),
            Map.entry("uri", URI),
            Map.entry("iri", URI),
            Map.entry("uri-reference", URI_REFERENCE),
            Map.entry("iri-reference", URI_REFERENCE),
            Map.entry("uuid", "[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}"),
            Map.entry("json-pointer", POINTER),
            Map.entry("relative-json-pointer", "(0|[1-9]\\d{0,8})(#|" + POINTER + ")"));

    private static final Set<String> REFUSED = Set.of("regex", "uri-template");

    private Formats() {}

    /// {@return what a format allows as a regular expression; null for one that JSON Schema does not define,
    /// which asserts nothing}
    static @Nullable String regex(String format) {
        return REGEXES.get(format);
    }

    /// {@return whether JSON Schema defines the format and it is not supported}
    static boolean isRefused(String format) {
        return REFUSED.contains(format);
    }
}
