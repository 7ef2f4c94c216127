package dev.mokha.knowledge.triples;

import com.apicatalog.jsonld.JsonLdError;
import com.apicatalog.jsonld.JsonLdErrorCode;
import com.apicatalog.jsonld.JsonLdOptions;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import org.apache.jena.graph.Triple;
import org.apache.jena.irix.IRIException;
import org.apache.jena.riot.Lang;
import org.apache.jena.riot.RDFParserRegistry;
import org.apache.jena.riot.RIOT;
import org.apache.jena.riot.RiotException;
import org.apache.jena.riot.lang.LangJSONLD11;
import org.apache.jena.riot.lang.LangNTriples;
import org.apache.jena.riot.system.ErrorHandler;
import org.apache.jena.riot.system.ParserProfile;
import org.apache.jena.riot.tokens.Tokenizer;
import org.apache.jena.riot.tokens.TokenizerText;
import org.apache.jena.sparql.util.Context;

/// Reads RDF by Apache Jena's RIOT. N-Triples go line by line, so that a bad line can be skipped; Turtle
/// and RDF/XML are streams; JSON-LD is a document in memory. Nothing is fetched from anywhere.
final class RdfReader {
    /// What names without a scheme belong to: a file says the same wherever it lies.
    private static final String BASE = "urn:mokha:file:";

    /// RIOT's tokenizer takes back the dots at a word's end, for which it has room for ten.
    private static final String DOTS = "a word that ends with more than ten dots; mend it";

    private RdfReader() {}

    /// {@return how many literals were left out}
    static long lines(Path file, boolean keepLiterals, BadLines bad, FactSink sink) throws IOException {
        var triples = new RdfTriples(fileName(file), keepLiterals, sink);
        var strict = new Strict();
        // What a parser needs is made once: made for every line, it took half of the time, and a blank node's
        // label meant another node on each line.
        ParserProfile profile = LineProfile.plain(strict);
        var line = new ArrayList<Triple>();
        try (var lines = new Utf8Lines(file, bad, sink::read)) {
            for (String text = lines.next(); text != null; text = lines.next()) {
                line.clear();
                try {
                    var parser = new LangNTriples(tokens(text, strict), profile, triples);
                    while (parser.hasNext()) {
                        line.add(parser.next()); // before any is passed on: what is broken later counts as bad whole
                    }
                    triples.at(lines.number());
                    line.forEach(triples::triple);
                } catch (RiotException | IllegalArgumentException e) {
                    bad.found(file, lines.number(), "no N-Triples: " + e.getMessage());
                } catch (IndexOutOfBoundsException e) {
                    bad.found(file, lines.number(), "no N-Triples: " + DOTS);
                }
            }
        }
        return triples.literals();
    }

    private static Tokenizer tokens(String line, ErrorHandler errors) {
        return TokenizerText.create().fromString(line).errorHandler(errors).build();
    }

    /// {@return how many literals were left out}
    static long document(Path file, Lang language, boolean keepLiterals, FactSink sink) throws IOException {
        var triples = new RdfTriples(fileName(file), keepLiterals, sink);
        var strict = new Strict();
        Context context = RIOT.getContext().copy();
        context.set(LangJSONLD11.JSONLD_OPTIONS, withoutLoading());
        try (InputStream in = CountedBytes.open(file, sink::read);
                var checked = new Utf8Check(file, in)) {
            RDFParserRegistry.getFactory(language)
                    .create(language, LineProfile.document(BASE, strict, triples::at))
                    .read(checked, BASE, language.getContentType(), triples, context);
        } catch (RiotException | IRIException | IllegalArgumentException e) { // the second for a base that is none
            throw new MalformedFactsException(
                    file,
                    strict.line,
                    "no " + language.getName() + ": " + e.getMessage() + "; mend it, or name another --format");
        } catch (IndexOutOfBoundsException e) {
            throw new MalformedFactsException(file, strict.line, "no " + language.getName() + ": " + DOTS);
        }
        return triples.literals();
    }

    /// A context elsewhere would make the meaning of a file depend on the network.
    private static JsonLdOptions withoutLoading() {
        var options = new JsonLdOptions((address, _) -> {
            throw new JsonLdError(
                    JsonLdErrorCode.LOADING_DOCUMENT_FAILED,
                    address + " is not loaded; write the context into the file itself");
        });
        return options;
    }

    private static String fileName(Path file) {
        return Terms.iri(String.valueOf(file.getFileName())).replace(Terms.PLAIN, "");
    }

    /// Every error ends the file; the place is kept.
    private static final class Strict implements ErrorHandler {
        private long line;

        @Override
        public void warning(String message, long line, long column) {
            // Such as an IRI that is unusual: names are taken as they are.
        }

        @Override
        public void error(String message, long line, long column) {
            fatal(message, line, column);
        }

        @Override
        public void fatal(String message, long line, long column) {
            this.line = Math.max(0, line);
            throw new RiotException(message + (column > 0 ? ", at character " + column : ""));
        }
    }
}
