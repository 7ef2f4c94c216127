package dev.mokha.serve.schedule;

import dev.mokha.serve.cache.BlockPool;
import dev.mokha.serve.cache.BlockTable;
import dev.mokha.serve.cache.KeyChain;
import dev.mokha.serve.cache.PrefixKey;
import java.util.Arrays;

/// One branch of a job: its tokens, and how many of them are in the cache.
///
/// There is no phase: a sequence has `length()` tokens of which `computed()` are in the cache, and a step
/// computes some of the rest. That is a prompt's chunk, the one token of a decode, or all over again after a
/// preemption.
public final class Sequence {
    private final LiveJob live;
    private final int branch;
    private final KeyChain keys;
    private final BlockTable table;
    private int[] tokens;
    private int length;
    private int computed;
    private int published;
    private int drafts;
    private State state = State.WAITING;
    private int[] slots = new int[0];
    private long lastStep = -1;

    /// Where it stands.
    enum State {
        WAITING,
        RUNNING,
        ENDED
    }

    /// The first branch.
    ///
    /// @param root of the keys under which its blocks are shared
    Sequence(LiveJob live, BlockPool pool, PrefixKey root) {
        Prompt prompt = live.job().prompt();
        this.live = live;
        this.branch = 0;
        this.keys = new KeyChain(root, pool.blockSize());
        this.table = new BlockTable(pool);
        this.length = prompt.length();
        this.tokens = prompt.withRoom(Math.min(live.job().maxNewTokens(), 64));
    }

    private Sequence(Sequence parent, int branch) {
        this.live = parent.live;
        this.branch = branch;
        this.keys = parent.keys.fork();
        this.table = parent.table.fork();
        this.tokens = parent.tokens.clone();
        this.length = parent.length;
        this.computed = parent.computed;
        this.published = parent.published;
        this.lastStep = parent.lastStep;
        this.state = State.RUNNING;
    }

    /// {@return of which job}
    public Job job() {
        return live.job();
    }

    /// {@return 0 for the first branch; unique in its job}
    public int branch() {
        return branch;
    }

    /// {@return how many tokens it has, the prompt's counted}
    public int length() {
        return length;
    }

    /// {@return how many of them are in the cache}
    public int computed() {
        return computed;
    }

    /// {@return how many came behind the prompt}
    public int generated() {
        return length - job().prompt().length();
    }

    /// {@return the token at a position}
    public int token(int position) {
        if (position < 0 || position >= length) {
            throw new IndexOutOfBoundsException("there are " + length + " tokens, none at " + position);
        }
        return tokens[position];
    }

    /// {@return its blocks. To be read, not changed: they may be others in every step}
    public BlockTable table() {
        return table;
    }

    /// {@return whether it is over}
    public boolean ended() {
        return state == State.ENDED;
    }

    /// {@return whether its job was in a step before}
    public boolean begun() {
        return !live.isQueued();
    }

    /// {@return whether it is in memory, and in every step that has room}
    public boolean running() {
        return state == State.RUNNING;
    }

    LiveJob live() {
        return live;
    }

    KeyChain keys() {
        return keys;
    }

    /// All tokens and room behind them.
    int[] tokens() {
        return tokens;
    }

    int remaining() {
        return length - computed;
    }

    /// Whether only the newest token is left to compute.
    boolean decodes() {
        return remaining() == 1 && generated() > 0 && running();
    }

    void state(State state) {
        this.state = state;
    }

    int drafts() {
        return drafts;
    }

    void drafts(int drafts) {
        this.drafts = drafts;
    }

    long lastStep() {
        return lastStep;
    }

    void lastStep(long step) {
        this.lastStep = step;
    }

    /// Where its blocks are while it is swapped out; -1 for those it had released.
    int[] slots() {
        return slots;
    }

    void slots(int[] slots) {
        this.slots = slots;
    }

    /// How many blocks were published or adopted.
    int published() {
        return published;
    }

    void published(int blocks) {
        this.published = blocks;
    }

    void computed(int positions) {
        this.computed = positions;
    }

    void add(int token) {
        if (length == tokens.length) {
            tokens = Arrays.copyOf(tokens, Math.max(16, length + length / 2));
        }
        tokens[length++] = token;
    }

    Sequence fork(int branch) {
        return new Sequence(this, branch);
    }

    @Override
    public String toString() {
        return "Sequence[" + job().id() + "." + branch + " " + state + ", " + computed + " of " + length + " computed]";
    }
}
