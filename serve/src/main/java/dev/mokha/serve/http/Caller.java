package dev.mokha.serve.http;

/// Who asks.
///
/// @param request the request's id
/// @param presence of the connection
/// @param tenant by whose key; empty for nobody in particular
record Caller(String request, Presence presence, String tenant) {
    Caller(String request, Presence presence) {
        this(request, presence, "");
    }

    Caller of(String tenant) {
        return new Caller(request, presence, tenant);
    }
}
