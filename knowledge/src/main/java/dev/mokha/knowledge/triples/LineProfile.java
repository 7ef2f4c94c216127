package dev.mokha.knowledge.triples;

import java.util.function.LongConsumer;
import org.apache.jena.datatypes.RDFDatatype;
import org.apache.jena.graph.Node;
import org.apache.jena.graph.Triple;
import org.apache.jena.irix.IRIxResolver;
import org.apache.jena.riot.RIOT;
import org.apache.jena.riot.system.ErrorHandler;
import org.apache.jena.riot.system.FactoryRDF;
import org.apache.jena.riot.system.ParserProfileStd;
import org.apache.jena.riot.system.PrefixMapFactory;
import org.apache.jena.riot.system.RiotLib;

/// What RIOT's parsers make terms and triples with. It says on which line each term stood, which RIOT
/// tells whoever makes terms and not whoever gets the triples; so the line of a triple is that of what was
/// read last of it. JSON-LD becomes triples when all of it was read, and has no lines then.
final class LineProfile extends ParserProfileStd {
    private final LongConsumer lines;
    private final boolean taken;

    private LineProfile(ErrorHandler errors, IRIxResolver resolver, LongConsumer lines, boolean taken) {
        this(RiotLib.factoryRDF(), errors, resolver, lines, taken);
    }

    private LineProfile(
            FactoryRDF factory, ErrorHandler errors, IRIxResolver resolver, LongConsumer lines, boolean taken) {
        super(factory, errors, resolver, PrefixMapFactory.create(), RIOT.getContext(), !taken, false);
        this.lines = lines;
        this.taken = taken;
    }

    /// For a document: names are resolved against `base`, and lines told.
    static LineProfile document(String base, ErrorHandler errors, LongConsumer lines) {
        return new LineProfile(
                errors,
                IRIxResolver.create()
                        .base(base)
                        .resolve(true)
                        .allowRelative(false)
                        .build(),
                lines,
                false);
    }

    /// For N-Triples, where an IRI is what stands there: none is resolved, or taken apart to be checked.
    static LineProfile plain(ErrorHandler errors) {
        return new LineProfile(
                errors,
                IRIxResolver.create()
                        .noBase()
                        .resolve(false)
                        .allowRelative(true)
                        .build(),
                _ -> {},
                true);
    }

    @Override
    public Node createURI(String iri, long line, long column) {
        lines.accept(line);
        return taken ? getFactorRDF().createURI(iri) : super.createURI(iri, line, column);
    }

    @Override
    public Node createTypedLiteral(String text, RDFDatatype type, long line, long column) {
        lines.accept(line);
        return super.createTypedLiteral(text, type, line, column);
    }

    @Override
    public Node createLangLiteral(String text, String language, long line, long column) {
        lines.accept(line);
        return super.createLangLiteral(text, language, line, column);
    }

    @Override
    public Node createStringLiteral(String text, long line, long column) {
        lines.accept(line);
        return super.createStringLiteral(text, line, column);
    }

    @Override
    public Node createBlankNode(Node scope, String label, long line, long column) {
        lines.accept(line);
        return super.createBlankNode(scope, label, line, column);
    }

    @Override
    public Node createBlankNode(Node scope, long line, long column) {
        lines.accept(line);
        return super.createBlankNode(scope, line, column);
    }

    @Override
    public Triple createTriple(Node subject, Node predicate, Node object, long line, long column) {
        lines.accept(line);
        return super.createTriple(subject, predicate, object, line, column);
    }
}
