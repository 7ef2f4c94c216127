package dev.mokha.language.masking;

import dev.mokha.language.masking.ExampleRecord.Numbers;
import dev.mokha.language.masking.RecordReader.Fault;
import java.util.Map;

/// From the features of a record to the example that they describe, without padding; anything else is a
/// [Fault].
final class FeatureChecks {
    private FeatureChecks() {}

    static Masked example(Map<String, Numbers> features) throws Fault {
        Numbers ids = integers(features, "input_ids");
        Numbers mask = same(features, "input_mask", ids.size(), "input_ids");
        Numbers segments = same(features, "segment_ids", ids.size(), "input_ids");
        int length = leadingOnes("input_mask", mask);
        if (length == 0) {
            throw new Fault("its input_mask is all 0: there is no token");
        }
        int second = 0;
        for (int i = length - 1; i >= 0 && segments.integer(i) == 1; i--) {
            second++;
        }
        for (int i = 0; i < segments.size(); i++) {
            if (segments.integer(i) != (i >= length - second && i < length ? 1 : 0)) {
                throw new Fault("its segment_ids are not 0s, then 1s to the last token, then 0s: number " + i + " is "
                        + segments.integer(i));
            }
        }
        if (second == length) {
            throw new Fault("its segment_ids have no 0 at the first token");
        }
        boolean random = flag(features);
        int[] tokens = first("input_ids", ids, length);
        return predictions(features, Sequence.pair(tokens, length - second, random));
    }

    private static Masked predictions(Map<String, Numbers> features, Sequence sequence) throws Fault {
        Numbers positions = integers(features, "masked_lm_positions");
        Numbers labels = same(features, "masked_lm_ids", positions.size(), "masked_lm_positions");
        Numbers weights = feature(features, "masked_lm_weights");
        if ((weights.size() > 0 && !weights.floats()) || weights.size() != positions.size()) {
            throw new Fault("its masked_lm_weights are " + weights.size() + (weights.floats() ? " floats" : " integers")
                    + "; they have to be " + positions.size() + " floats, one for each of masked_lm_positions");
        }
        int count = 0;
        while (count < weights.size() && weights.real(count) == 1) {
            count++;
        }
        for (int i = count; i < weights.size(); i++) {
            if (weights.real(i) != 0) {
                throw new Fault("its masked_lm_weights are not 1s and then 0s: number " + i + " is " + weights.real(i));
            }
        }
        int[] at = first("masked_lm_positions", positions, count);
        int last = -1;
        for (int position : at) {
            if (position <= last || position >= sequence.ids().length) {
                throw new Fault("its masked_lm_positions do not ascend within its " + sequence.ids().length
                        + " tokens: " + position + " comes after " + last);
            }
            last = position;
        }
        return Masked.of(sequence, at, first("masked_lm_ids", labels, count));
    }

    private static boolean flag(Map<String, Numbers> features) throws Fault {
        Numbers label = same(features, "next_sentence_labels", 1, "one label");
        if (label.integer(0) != 0 && label.integer(0) != 1) {
            throw new Fault("its next_sentence_labels is " + label.integer(0) + ", neither 0 nor 1");
        }
        return label.integer(0) == 1;
    }

    private static int[] first(String name, Numbers numbers, int count) throws Fault {
        int[] values = new int[count];
        for (int i = 0; i < count; i++) {
            long value = numbers.integer(i);
            if (value < 0 || value > Integer.MAX_VALUE) {
                throw new Fault("number " + i + " of its " + name + " is " + value + ": no id or position");
            }
            values[i] = (int) value;
        }
        return values;
    }

    private static int leadingOnes(String name, Numbers numbers) throws Fault {
        int ones = 0;
        while (ones < numbers.size() && numbers.integer(ones) == 1) {
            ones++;
        }
        for (int i = ones; i < numbers.size(); i++) {
            if (numbers.integer(i) != 0) {
                throw new Fault("its " + name + " is not 1s and then 0s: number " + i + " is " + numbers.integer(i));
            }
        }
        return ones;
    }

    private static Numbers same(Map<String, Numbers> features, String name, int size, String as) throws Fault {
        Numbers numbers = integers(features, name);
        if (numbers.size() != size) {
            throw new Fault("its " + name + " has " + numbers.size() + " numbers, not " + size + " as " + as);
        }
        return numbers;
    }

    private static Numbers integers(Map<String, Numbers> features, String name) throws Fault {
        Numbers numbers = feature(features, name);
        if (numbers.floats()) {
            throw new Fault("its " + name + " are floats, not integers");
        }
        return numbers;
    }

    private static Numbers feature(Map<String, Numbers> features, String name) throws Fault {
        Numbers numbers = features.get(name);
        if (numbers == null) {
            throw new Fault("it has no feature " + name + "; it has "
                    + features.keySet().stream().sorted().toList());
        }
        return numbers;
    }
}
