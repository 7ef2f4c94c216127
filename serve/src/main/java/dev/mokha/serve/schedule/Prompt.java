package dev.mokha.serve.schedule;

import java.util.Arrays;

/// What a job begins from: token ids, and what decides with whom their keys and values may be shared.
public final class Prompt {
    private final int[] ids;
    private final String adapter;
    private final String salt;

    private Prompt(int[] ids, String adapter, String salt) {
        this.ids = ids;
        this.adapter = adapter;
        this.salt = salt;
    }

    /// {@return a prompt of the base model, shared with whom has the same beginning}
    ///
    /// @param ids at least one
    public static Prompt of(int... ids) {
        if (ids.length == 0) {
            throw new IllegalArgumentException("a prompt has at least one token; begin with the model's own first one");
        }
        return new Prompt(ids.clone(), "", "");
    }

    /// {@return the prompt for an adapter}
    public Prompt withAdapter(String name) {
        return new Prompt(ids, name, salt);
    }

    /// {@return the prompt, shared only with prompts of the same salt}
    public Prompt withSalt(String salt) {
        return new Prompt(ids, adapter, salt);
    }

    /// {@return how many tokens}
    public int length() {
        return ids.length;
    }

    /// {@return the token at a position}
    public int id(int position) {
        return ids[position];
    }

    /// {@return the adapter's name, empty for the base model}
    public String adapter() {
        return adapter;
    }

    /// {@return the tenant's salt, empty where all share}
    public String salt() {
        return salt;
    }

    /// {@return the ids with room behind them}
    int[] withRoom(int more) {
        return Arrays.copyOf(ids, ids.length + more);
    }

    @Override
    public String toString() {
        return "Prompt[" + ids.length + " tokens]";
    }
}
