package dev.mokha.serve.cache;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/// What a full block holds, in 128 bits: `SHA-256(parent key, the block's token ids)`, cut in half. The key
/// of a chain's root stands for the adapter and the tenant's salt, so equal keys mean equal keys and values:
/// two different chains with one key would need about 2⁶⁴ blocks
/// ([vLLM's design](https://docs.vllm.ai/en/latest/design/prefix_caching.html) hashes likewise).
///
/// @param high the first eight bytes
/// @param low the next eight
public record PrefixKey(long high, long low) {
    private static final int BYTES = 2 * Long.BYTES;

    /// {@return what the first block's key is made from}
    ///
    /// @param adapter changes keys and values, so nothing is shared across adapters; empty for none
    /// @param salt of the tenant: with different salts nothing is shared, so that nobody can learn from the
    ///     time of a first token what another tenant asked; empty where all share
    public static PrefixKey root(String adapter, String salt) {
        byte[] name = adapter.getBytes(StandardCharsets.UTF_8);
        byte[] tenant = salt.getBytes(StandardCharsets.UTF_8);
        // The first length keeps ("ab", "c") and ("a", "bc") apart.
        var bytes = ByteBuffer.allocate(Integer.BYTES + name.length + tenant.length);
        bytes.putInt(name.length).put(name).put(tenant);
        return of(bytes.flip());
    }

    /// {@return the key of the block behind the one of this key}
    ///
    /// @param tokens the ids of a sequence
    /// @param from where the block begins among them
    /// @param count the block's positions
    public PrefixKey next(int[] tokens, int from, int count) {
        var bytes = ByteBuffer.allocate(BYTES + Integer.BYTES * count);
        bytes.putLong(high).putLong(low);
        bytes.asIntBuffer().put(tokens, from, count);
        return of(bytes.rewind());
    }

    private static PrefixKey of(ByteBuffer bytes) {
        MessageDigest sha256 = sha256();
        sha256.update(bytes);
        var digest = ByteBuffer.wrap(sha256.digest());
        return new PrefixKey(digest.getLong(), digest.getLong());
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("this JDK has no SHA-256, which every Java must have", e);
        }
    }
}
