package dev.mokha.knowledge.lifelong;

/// Trains on with each snapshot's new facts, with nothing against forgetting.
public record FineTune() implements Method {

    @Override
    public String name() {
        return "finetune";
    }

    @Override
    public Lesson begin(Assignment assignment) {
        return new NewFacts(assignment);
    }
}
