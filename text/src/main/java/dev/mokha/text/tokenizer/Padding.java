package dev.mokha.text.tokenizer;

/// How an encoding that is too short is filled up.
///
/// @param fixedLength the length to reach, or 0 for the longest of a batch
/// @param padToMultipleOf round the length up to a multiple, or 0
public record Padding(int fixedLength, Side direction, int padToMultipleOf, int padId, int padTypeId, String padToken) {
    private static final int MOST = 1 << 24;

    /// Checks the numbers.
    public Padding {
        if (fixedLength > MOST || padToMultipleOf > MOST) {
            throw new IllegalArgumentException(
                    "padding to " + Math.max(fixedLength, padToMultipleOf) + " tokens; at most " + MOST);
        }
        if (fixedLength < 0 || padToMultipleOf < 0 || padId < 0 || padTypeId < 0) {
            throw new IllegalArgumentException("padding has a negative number: length " + fixedLength + ", multiple "
                    + padToMultipleOf + ", pad_id " + padId + ", pad_type_id " + padTypeId);
        }
    }

    /// {@return the length to pad to, when the longest encoding has `longest` tokens}
    public int length(int longest) {
        int length = fixedLength > 0 ? fixedLength : longest;
        int over = padToMultipleOf > 0 ? length % padToMultipleOf : 0;
        return over == 0 ? length : length + padToMultipleOf - over;
    }
}
