package dev.mokha.serve.adapter;

/// Where an adapter changes a model.
///
/// @param layer from 0
/// @param site in the layer
/// @param expert of a mixture's, from 0; 0 for other sites
public record Spot(int layer, Site site, int expert) {}
