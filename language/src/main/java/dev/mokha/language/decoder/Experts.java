package dev.mokha.language.decoder;

import java.util.List;

/// The experts of a [MixtureOfExperts]: the fields of `config.json` in camelCase.
///
/// @param numExperts how many feed-forward blocks a layer chooses from; `num_local_experts` in Mixtral's
/// @param numExpertsPerTok how many a token passes
/// @param moeIntermediateSize width inside an expert; Mixtral's `intermediate_size`
/// @param sharedExpertIntermediateSize width inside the expert that every token passes; 0 for none
/// @param normTopkProb whether the weights of the chosen experts are divided by their sum; Mixtral's always are
/// @param routerAuxLossCoef what the load-balancing loss counts for in training
/// @param outputRouterLogits whether that loss is part of the loss outside training too, as transformers has it
/// @param decoderSparseStep every so manieth layer has experts, the others one feed-forward block
/// @param mlpOnlyLayers layers that have one feed-forward block whatever the step says, from 0
public record Experts(
        int numExperts,
        int numExpertsPerTok,
        int moeIntermediateSize,
        int sharedExpertIntermediateSize,
        boolean normTopkProb,
        double routerAuxLossCoef,
        boolean outputRouterLogits,
        int decoderSparseStep,
        List<Integer> mlpOnlyLayers) {
    /// Beyond every published model's number of experts.
    public static final int MOST = 65_536;

    public Experts {
        if (numExperts < 1 || numExperts > MOST) {
            throw new IllegalArgumentException("num_experts lies in [1, " + MOST + "], not " + numExperts);
        }
        if (numExpertsPerTok < 1 || numExpertsPerTok > numExperts) {
            throw new IllegalArgumentException(
                    "num_experts_per_tok lies in [1, num_experts " + numExperts + "], not " + numExpertsPerTok);
        }
        if (moeIntermediateSize < 1 || sharedExpertIntermediateSize < 0) {
            throw new IllegalArgumentException("moe_intermediate_size is at least 1 and"
                    + " shared_expert_intermediate_size at least 0, not " + moeIntermediateSize + " and "
                    + sharedExpertIntermediateSize);
        }
        if (!(routerAuxLossCoef >= 0) || Double.isInfinite(routerAuxLossCoef)) {
            throw new IllegalArgumentException("router_aux_loss_coef is at least 0, not " + routerAuxLossCoef);
        }
        if (decoderSparseStep < 1) {
            throw new IllegalArgumentException("decoder_sparse_step is at least 1, not " + decoderSparseStep);
        }
        mlpOnlyLayers = List.copyOf(mlpOnlyLayers);
    }

    /// As Mixtral has them: in every layer, their weights summing to 1, none shared, the loss's
    /// coefficient 0.001.
    public static Experts of(int numExperts, int numExpertsPerTok, int moeIntermediateSize) {
        return new Experts(numExperts, numExpertsPerTok, moeIntermediateSize, 0, true, 0.001, false, 1, List.of());
    }

    /// {@return whether a layer has experts}
    public boolean in(int layer) {
        return !mlpOnlyLayers.contains(layer) && (layer + 1) % decoderSparseStep == 0;
    }

    /// {@return how many numbers a layer's experts have}
    long parameterCount(long hidden) {
        long shared = sharedExpertIntermediateSize == 0 ? 0 : 3 * hidden * sharedExpertIntermediateSize + hidden;
        return numExperts * (hidden + 3 * hidden * moeIntermediateSize) + shared;
    }
}
