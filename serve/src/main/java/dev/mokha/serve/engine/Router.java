package dev.mokha.serve.engine;

/// Where a request goes: to the engine that is asked for, or to another first, as in a [Cascade].
@FunctionalInterface
public interface Router {
    /// To the engine that is asked for.
    Router STRAIGHT = (request, reader, taker) -> taker.submit(request, reader);

    /// Takes a request; as [Engine#submit].
    ///
    /// @param taker the engine that is asked for, or a place in its queue
    Engine.Ticket submit(Request request, Reader reader, Taker taker);

    /// Who takes requests.
    @FunctionalInterface
    interface Taker {
        /// As [Engine#submit].
        Engine.Ticket submit(Request request, Reader reader);
    }
}
