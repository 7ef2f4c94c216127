package dev.mokha.text.grammar;

/// Token ids: a list when they are few, a bit set when they are many. Immutable.
final class TokenSet {
    private final int[] ids;
    private final long[] bits;

    private TokenSet(int[] ids, long[] bits) {
        this.ids = ids;
        this.bits = bits;
    }

    /// Takes over the arrays: what is in either is in the set.
    static TokenSet of(int[] ids, long[] bits) {
        return new TokenSet(ids, bits);
    }

    boolean contains(int id) {
        if (id >> 6 < bits.length && (bits[id >> 6] >>> id & 1) != 0) {
            return true;
        }
        for (int other : ids) {
            if (other == id) {
                return true;
            }
        }
        return false;
    }

    /// Sets the bits of all ids.
    void addTo(long[] into) {
        for (int i = 0; i < bits.length; i++) {
            into[i] |= bits[i];
        }
        for (int id : ids) {
            into[id >> 6] |= 1L << id;
        }
    }

    /// Makes the bits be those of this set.
    void copyTo(long[] into) {
        System.arraycopy(bits, 0, into, 0, bits.length);
        for (int i = bits.length; i < into.length; i++) {
            into[i] = 0;
        }
        for (int id : ids) {
            into[id >> 6] |= 1L << id;
        }
    }

    long bytes() {
        return 48 + 4L * ids.length + 8L * bits.length;
    }
}
