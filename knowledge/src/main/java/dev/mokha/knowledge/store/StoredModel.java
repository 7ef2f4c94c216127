package dev.mokha.knowledge.store;

/// A model that is kept beside the facts that it was learned from.
///
/// @param id the number by which the store knows it
/// @param name what people call it
/// @param method how it learns, such as `lkge`
/// @param settings of the method, as JSON
/// @param learned the last snapshot that it has learned; -1 before the first
public record StoredModel(int id, String name, String method, String settings, int learned) {
    /// What a model is called where nobody says otherwise.
    public static final String DEFAULT = "default";

    /// {@return the same once it has learned this snapshot}
    public StoredModel after(int snapshot) {
        return new StoredModel(id, name, method, settings, snapshot);
    }
}
