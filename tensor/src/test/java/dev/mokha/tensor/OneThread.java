package dev.mokha.tensor;

import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/// Runs a test class on one thread of libtorch: tiny operations gain nothing from a second and wait for it.
final class OneThread implements BeforeAllCallback, AfterAllCallback {
    private int before;

    @Override
    public void beforeAll(ExtensionContext context) {
        before = Engine.threads();
        Engine.threads(1);
    }

    @Override
    public void afterAll(ExtensionContext context) {
        Engine.threads(before);
    }
}
