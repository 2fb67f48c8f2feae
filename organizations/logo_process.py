"""The process that draws one cleaned SVG as PNG: bounds itself, reads its input, writes its output.

Imports nothing of the project. A drawing can take any time: nested clips multiply.
"""

import resource
import sys

CPU_SECONDS = 5
MEMORY_BYTES = 512 * 1024 * 1024


def main() -> None:
    """One SVG in, one PNG out."""
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    from resvg_py import svg_to_bytes

    drawn = svg_to_bytes(svg_string=sys.stdin.buffer.read().decode(), skip_system_fonts=True)
    sys.stdout.buffer.write(drawn)


if __name__ == "__main__":
    main()
