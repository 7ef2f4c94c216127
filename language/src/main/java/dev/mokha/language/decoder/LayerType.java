package dev.mokha.language.decoder;

import java.util.Locale;

/// What the attention of a layer sees, by the names in `layer_types` of `config.json`.
public enum LayerType {
    /// Every earlier position.
    FULL_ATTENTION,
    /// Itself and the `sliding_window − 1` positions before.
    SLIDING_ATTENTION;

    /// {@return the name in `config.json`}
    public String configName() {
        return name().toLowerCase(Locale.ROOT);
    }

    /// {@return the type with this name in `config.json`}
    /// @throws IllegalArgumentException when the name is neither
    public static LayerType of(String configName) {
        for (LayerType type : values()) {
            if (type.configName().equals(configName)) {
                return type;
            }
        }
        throw new IllegalArgumentException(
                "layer type '" + configName + "' is neither full_attention nor sliding_attention");
    }
}
