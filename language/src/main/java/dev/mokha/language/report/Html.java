package dev.mokha.language.report;

import dev.mokha.text.file.WholeFile;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/// One HTML page, written from top to bottom. Text is escaped; Arabic and its like stand right to left.
public final class Html {
    private static final Set<String> RIGHT_TO_LEFT =
            Set.of("ar", "fa", "he", "ur", "ps", "sd", "ug", "ckb", "dv", "yi", "arz", "ary");

    private final StringBuilder page = new StringBuilder();

    public Html(String title) {
        page.append("""
            <!doctype html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <title>%s</title>
            <style>
            body { font: 16px/1.5 system-ui, sans-serif; max-width: 52rem; margin: 2rem auto; padding: 0 1rem; }
            table { border-collapse: collapse; margin: 1rem 0; }
            th, td { border-bottom: 1px solid #ccc; padding: .3rem .8rem; text-align: right; }
            th:first-child, td:first-child { text-align: left; }
            tr:last-child td { font-weight: 600; }
            svg { max-width: 100%%; height: auto; }
            blockquote { margin: .6rem 0; padding: .4rem 1rem; border-inline-start: 4px solid #b07; background: #f7f4f6; }
            blockquote[dir=rtl] { font-size: 1.15rem; }
            .prompt { color: #b07; font-weight: 600; }
            pre { background: #f4f4f4; padding: .6rem 1rem; overflow-x: auto; }
            </style>
            </head>
            <body>
            <h1>%s</h1>
            """.formatted(escape(title), escape(title)));
    }

    public void heading(String text) {
        page.append("<h2>").append(escape(text)).append("</h2>\n");
    }

    public void subheading(String text) {
        page.append("<h3>").append(escape(text)).append("</h3>\n");
    }

    public void paragraph(String text) {
        page.append("<p>").append(escape(text)).append("</p>\n");
    }

    public void code(String text) {
        page.append("<pre>").append(escape(text)).append("</pre>\n");
    }

    /// Puts a plot of [Plot] in.
    public void svg(String svg) {
        page.append("<figure>").append(svg).append("</figure>\n");
    }

    /// A table whose first row is its head.
    public void table(List<List<String>> rows) {
        page.append("<table>\n");
        for (int i = 0; i < rows.size(); i++) {
            String cell = i == 0 ? "th" : "td";
            page.append("<tr>");
            for (String text : rows.get(i)) {
                page.append('<').append(cell).append('>').append(escape(text));
                page.append("</").append(cell).append('>');
            }
            page.append("</tr>\n");
        }
        page.append("</table>\n");
    }

    /// A text that a model wrote, in its language's direction.
    ///
    /// @param language such as `en` or `ar`
    /// @param prompt what it was given
    /// @param text what it added
    public void sample(String language, String prompt, String text) {
        page.append("<blockquote lang=\"").append(escape(language)).append("\" dir=\"");
        page.append(isRightToLeft(language) ? "rtl" : "ltr").append("\"><span class=\"prompt\">");
        page.append(escape(prompt)).append("</span>").append(escape(text)).append("</blockquote>\n");
    }

    /// {@return whether a language such as `ar` or `fa-AF` is written from the right}
    private static boolean isRightToLeft(String language) {
        return RIGHT_TO_LEFT.contains(language.split("-", 2)[0]);
    }

    /// Writes the page, whole or not at all.
    public void write(Path file) {
        WholeFile.write(file, page + "</body>\n</html>\n");
    }

    private static String escape(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;");
    }
}
