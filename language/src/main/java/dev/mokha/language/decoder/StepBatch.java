package dev.mokha.language.decoder;

import dev.mokha.language.rotary.RotaryTable.Turns;
import dev.mokha.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/// The rows of a server's step, of many texts; all on the model's device.
///
/// @param ids 64-bit integers `[rows]`
/// @param turns of the rows' positions, `[1, rows, 1, headDim]`
/// @param wanted the rows whose logits are wanted, 64-bit integers `[wanted]`
/// @param layers how many are computed, the first
/// @param changes what adapters change; null for nothing
public record StepBatch(
        Tensor ids,
        Turns turns,
        Tensor wanted,
        int layers,
        @Nullable StepChanges changes) {}
