package io.everynode.controlplane.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.security.Provider;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;

class CryptographyTest {

    private static final SecretKeySpec KEY = new SecretKeySpec(new byte[16], "AES");
    private static final GCMParameterSpec NONCE = new GCMParameterSpec(128, new byte[12]);

    @Test
    void nativeCodeIsThereOnLinuxAndWritesWhatJavaReads() throws Exception {
        assumeThat(System.getProperty("os.name")).isEqualTo("Linux");
        assumeThat(System.getProperty("os.arch")).isIn("amd64", "aarch64");
        Provider provider = Cryptography.provider().orElseThrow();
        Cipher natively = Cipher.getInstance("AES/GCM/NoPadding", provider);
        natively.init(Cipher.ENCRYPT_MODE, KEY, NONCE);
        byte[] sealed = natively.doFinal("kept".getBytes());
        Cipher java = Cipher.getInstance("AES/GCM/NoPadding", "SunJCE");
        java.init(Cipher.DECRYPT_MODE, KEY, NONCE);
        assertThat(new String(java.doFinal(sealed))).isEqualTo("kept");
    }
}
