package dev.mokha.language.folder;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.mokha.language.decoder.DecoderConfig;
import org.junit.jupiter.api.Assertions;

/// A configuration comes from elsewhere: any text is read or refused with a reason.
final class ConfigFuzzTest {
    @FuzzTest(maxDuration = "5s")
    void anyTextIsReadOrRefused(FuzzedDataProvider data) {
        String json = data.consumeRemainingAsString();
        DecoderConfig config;
        try {
            config = ConfigJson.read(json);
        } catch (IllegalArgumentException e) {
            Assertions.assertNotNull(e.getMessage());
            return;
        }
        Assertions.assertEquals(config, ConfigJson.read(ConfigJson.write(config, "float32")));
    }
}
