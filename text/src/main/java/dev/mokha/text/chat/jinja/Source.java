package dev.mokha.text.chat.jinja;

/// The text of a template with one kind of newline, as Jinja reads it.
///
/// @param text without one newline at its end, where the environment drops that
/// @param environment how it is read
record Source(String text, Environment environment) {
    /// A place in the template, counted from 1.
    record Place(int line, int column) {}

    static Source of(String template, Environment environment) {
        String text = template.replace("\r\n", "\n").replace('\r', '\n');
        boolean drops = environment.trims() && text.endsWith("\n");
        return new Source(drops ? text.substring(0, text.length() - 1) : text, environment);
    }

    Place place(int offset) {
        int end = Math.clamp(offset, 0, text.length());
        int line = 1;
        int start = 0;
        for (int i = 0; i < end; i++) {
            if (text.charAt(i) == '\n') {
                line++;
                start = i + 1;
            }
        }
        return new Place(line, text.codePointCount(start, end) + 1);
    }

    TemplateException error(String reason, int offset) {
        return new TemplateException(reason, place(offset), false);
    }

    TemplateException error(Fault fault, int offset) {
        return new TemplateException(fault.reason(), place(offset), fault.raised());
    }
}
