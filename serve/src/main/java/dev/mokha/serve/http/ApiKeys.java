package dev.mokha.serve.http;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.List;

/// Who is let in.
///
/// @param keys one of which has to be shown; empty lets everybody in
record ApiKeys(List<String> keys) {
    /// {@return who shows which key, as requests of one share what a policy gives to a tenant; empty where
    /// everybody is let in}
    ///
    /// @param shown the header `Authorization`
    String tenant(String shown) {
        if (keys.isEmpty()) {
            return "";
        }
        byte[] given = shown.replaceFirst("^(?i:bearer) +", "").getBytes(StandardCharsets.UTF_8);
        int found = 0;
        for (int i = 0; i < keys.size(); i++) { // all, so that the time tells nothing
            byte[] key = keys.get(i).getBytes(StandardCharsets.UTF_8);
            found = MessageDigest.isEqual(key, given) ? i + 1 : found;
        }
        if (found == 0) {
            throw ApiException.of(
                    401,
                    "invalid_api_key",
                    shown.isEmpty()
                            ? "an API key is missing; send it as `Authorization: Bearer KEY`"
                            : "the API key is none of this server's");
        }
        return "key " + found;
    }
}
