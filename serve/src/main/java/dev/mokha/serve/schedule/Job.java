package dev.mokha.serve.schedule;

/// What is to be computed for one request. Times are nanoseconds of any one clock.
///
/// @param id of the caller; unique among the jobs that live at a time
/// @param prompt where it begins
/// @param maxNewTokens after which it ends; 0 where only the prompt's last position is wanted, as for
///     an embedding
/// @param tenant who is charged, where a policy shares out among tenants
/// @param samples branches that live at once at most: n samples, or the width of a beam
/// @param targets when tokens are due
/// @param priority the greater goes first, where a policy looks at it; also: the lesser is preempted first
/// @param arrival when the request came
public record Job(
        long id,
        Prompt prompt,
        int maxNewTokens,
        String tenant,
        int samples,
        Targets targets,
        int priority,
        long arrival) {
    public Job {
        if (maxNewTokens < 0 || samples < 1) {
            throw new IllegalArgumentException("job " + id + " asks for " + maxNewTokens + " new tokens in " + samples
                    + " samples; at least 0 in 1");
        }
    }

    /// {@return one sample for nobody in particular}
    public static Job of(long id, Prompt prompt, int maxNewTokens, long arrival) {
        return new Job(id, prompt, maxNewTokens, "", 1, Targets.NONE, 0, arrival);
    }

    public Job withTenant(String tenant) {
        return new Job(id, prompt, maxNewTokens, tenant, samples, targets, priority, arrival);
    }

    public Job withSamples(int samples) {
        return new Job(id, prompt, maxNewTokens, tenant, samples, targets, priority, arrival);
    }

    public Job withTargets(Targets targets) {
        return new Job(id, prompt, maxNewTokens, tenant, samples, targets, priority, arrival);
    }

    public Job withPriority(int priority) {
        return new Job(id, prompt, maxNewTokens, tenant, samples, targets, priority, arrival);
    }

    /// {@return positions of a branch that is written to its end}
    public int longest() {
        return prompt.length() + maxNewTokens;
    }
}
