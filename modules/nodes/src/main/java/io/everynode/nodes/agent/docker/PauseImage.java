package io.everynode.nodes.agent.docker;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * An image with one program that waits for ever, so that a node needs no registry for its sandboxes. It is written here
 * byte by byte: a static ELF executable for x86-64 that ignores SIGCHLD, and so has the kernel reap orphans when
 * containers share its PID namespace, and calls pause(2) in a loop. Pure.
 */
public final class PauseImage {

    public static final String NAME = "everynode/pause:1";

    private static final long LOADED_AT = 0x400000;
    private static final int HEADERS = 64 + 56;
    private static final int TAR_BLOCK = 512;

    private static final byte[] CODE = bytes(
            0xb8,
            13,
            0,
            0,
            0, // mov eax, SYS_rt_sigaction
            0xbf,
            17,
            0,
            0,
            0, // mov edi, SIGCHLD
            0xbe,
            HEADERS + 34,
            0,
            0x40,
            0, // mov esi, the action below
            0x31,
            0xd2, // xor edx, edx
            0x41,
            0xba,
            8,
            0,
            0,
            0, // mov r10d, size of the signal mask
            0x0f,
            0x05, // syscall
            0xb8,
            34,
            0,
            0,
            0, // mov eax, SYS_pause
            0x0f,
            0x05, // syscall
            0xeb,
            0xf7, // jmp to the mov before
            1,
            0,
            0,
            0,
            0,
            0,
            0,
            0, // sa_handler: SIG_IGN
            0,
            0,
            0,
            0,
            0,
            0,
            0,
            0, // sa_flags
            0,
            0,
            0,
            0,
            0,
            0,
            0,
            0, // sa_restorer
            0,
            0,
            0,
            0,
            0,
            0,
            0,
            0); // sa_mask

    private PauseImage() {}

    private static byte[] bytes(int... values) {
        byte[] bytes = new byte[values.length];
        for (int i = 0; i < values.length; i++) {
            bytes[i] = (byte) values[i];
        }
        return bytes;
    }

    /** The program (System V ABI, ELF-64). */
    static byte[] program() {
        ByteBuffer elf = ByteBuffer.allocate(HEADERS + CODE.length).order(ByteOrder.LITTLE_ENDIAN);
        // Identification: ELF, 64 bits, little endian, version 1.
        elf.put(bytes(0x7f, 'E', 'L', 'F', 2, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0));
        // An executable for x86-64, its entry, one program header, no sections.
        elf.putShort((short) 2).putShort((short) 62).putInt(1);
        elf.putLong(LOADED_AT + HEADERS).putLong(64).putLong(0).putInt(0);
        elf.putShort((short) 64).putShort((short) 56).putShort((short) 1);
        elf.putShort((short) 0).putShort((short) 0).putShort((short) 0);
        // The one segment: the whole file, readable and executable.
        elf.putInt(1).putInt(5).putLong(0).putLong(LOADED_AT).putLong(LOADED_AT);
        elf.putLong(elf.capacity()).putLong(elf.capacity()).putLong(0x1000);
        elf.put(CODE);
        return elf.array();
    }

    /** What the Engine builds it from: a tar archive (POSIX ustar) with the program and a Dockerfile. */
    public static byte[] context() {
        String dockerfile = "FROM scratch\nCOPY pause /pause\nENTRYPOINT [\"/pause\"]\n";
        ByteArrayOutputStream tar = new ByteArrayOutputStream();
        file(tar, "Dockerfile", dockerfile.getBytes(StandardCharsets.US_ASCII));
        file(tar, "pause", program());
        // Two empty blocks end an archive.
        tar.writeBytes(new byte[2 * TAR_BLOCK]);
        return tar.toByteArray();
    }

    private static void file(ByteArrayOutputStream tar, String name, byte[] bytes) {
        ByteBuffer header = ByteBuffer.allocate(TAR_BLOCK);
        text(header, 0, name);
        text(header, 100, "0000755\0");
        text(header, 108, "0000000\0");
        text(header, 116, "0000000\0");
        text(header, 124, String.format("%011o\0", bytes.length));
        text(header, 136, "00000000000\0");
        text(header, 148, "        ");
        text(header, 156, "0");
        text(header, 257, "ustar\00000");
        int sum = 0;
        for (byte each : header.array()) {
            sum += each & 0xff;
        }
        text(header, 148, String.format("%06o\0 ", sum));
        tar.writeBytes(header.array());
        tar.writeBytes(bytes);
        tar.writeBytes(new byte[(TAR_BLOCK - bytes.length % TAR_BLOCK) % TAR_BLOCK]);
    }

    private static void text(ByteBuffer header, int at, String text) {
        header.position(at).put(text.getBytes(StandardCharsets.US_ASCII));
    }
}
