package dev.mokha.serve.simulate;

/// A request as it will come.
///
/// @param arrival nanoseconds from the beginning
/// @param promptTokens it begins with
/// @param newTokens it will have in the end, which the scheduler does not know
/// @param tenant who asks
/// @param priority of it
/// @param sharedTokens of the prompt that others of the group have too
/// @param group who shares them
public record Request(
        long arrival, int promptTokens, int newTokens, String tenant, int priority, int sharedTokens, String group) {
    public Request {
        if (arrival < 0 || promptTokens < 1 || newTokens < 1 || sharedTokens < 0) {
            throw new IllegalArgumentException("no request comes at " + arrival + " with " + promptTokens + " and "
                    + newTokens + " tokens, " + sharedTokens + " of them shared");
        }
    }

    /// {@return a request of nobody in particular}
    public static Request of(long arrival, int promptTokens, int newTokens) {
        return new Request(arrival, promptTokens, newTokens, "", 0, 0, "");
    }
}
