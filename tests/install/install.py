"""Install to a prefix, and below DESTDIR; build and run a tiny C and C++ program in every way that is promised; uninstall."""

import os
import pathlib
import shlex
import shutil
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "shape"))
import _consumer
import _tree

LANGUAGES = [("c", "cc", "-std=c11", "C"), ("cpp", "c++", "-std=c++17", "CXX")]

FIND_PACKAGE = """
cmake_minimum_required(VERSION 3.20)
project(consumer {language})
find_package(selkie {version} REQUIRED)
add_executable(with_static main.{suffix})
target_link_libraries(with_static PRIVATE selkie::selkie)
add_executable(with_shared main.{suffix})
target_link_libraries(with_shared PRIVATE selkie::selkie_shared)
"""

ADD_SUBDIRECTORY = """
cmake_minimum_required(VERSION 3.20)
project(consumer {languages})
add_subdirectory({source} selkie)
add_executable(with_static main.{suffix})
target_link_libraries(with_static PRIVATE selkie::selkie)
add_executable(with_shared main.{suffix})
target_link_libraries(with_shared PRIVATE selkie::selkie_shared)
get_directory_property(options COMPILE_OPTIONS)
if(options OR TARGET base_test_bytes OR TARGET poll40 OR TARGET uninstall)
    message(FATAL_ERROR "selkie brought more than its libraries")
endif()
"""


class Failed(Exception):
    pass


def must(*command, **options):
    code, text = _tree.run(*command, **options)
    if code != 0:
        raise Failed(f"{shlex.join(str(word) for word in command)}\nexit code {code}\n{text}")
    return text


def consumer(folder, suffix, cmake):
    folder.mkdir(parents=True)
    (folder / f"main.{suffix}").write_text(_consumer.INSTALLED)
    (folder / "CMakeLists.txt").write_text(cmake)
    return folder


def build_and_run(folder, *definitions):
    must("cmake", "-S", folder, "-B", folder / "build", *definitions)
    must("cmake", "--build", folder / "build")
    for program in ("with_static", "with_shared"):
        must(folder / "build" / program)


def by_pkg_config(work, prefix, libdir):
    environment = {**os.environ, "PKG_CONFIG_PATH": str(libdir / "pkgconfig")}
    flags = must("pkg-config", "--cflags", "--libs", "selkie", env=environment).split()
    static = [str(libdir / "libselkie.a") if flag == "-lselkie" else flag for flag in flags]
    if must("pkg-config", "--modversion", "selkie", env=environment).strip() != _consumer.VERSION:
        raise Failed("pkg-config gives another version")
    for suffix, compiler, standard, _ in LANGUAGES:
        source = work / f"main.{suffix}"
        source.write_text(_consumer.INSTALLED)
        program = work / f"program_{suffix}"
        must(compiler, standard, "-Wall", "-Wextra", "-Werror", source, *flags, "-o", program)
        must(program, env={**os.environ, "LD_LIBRARY_PATH": str(libdir)})
        must(compiler, standard, source, *static, "-o", program)
        must(program)


def by_find_package(work, prefix, libdir):
    for suffix, _, _, language in LANGUAGES:
        text = FIND_PACKAGE.format(language=language, version=_consumer.VERSION, suffix=suffix)
        build_and_run(consumer(work / f"find_package_{suffix}", suffix, text), f"-DCMAKE_PREFIX_PATH={prefix}")


def by_add_subdirectory(work, prefix, libdir):
    for suffix, _, _, language in LANGUAGES:
        text = ADD_SUBDIRECTORY.format(languages="C" if language == "C" else "C CXX", source=_tree.SOURCE, suffix=suffix)
        build_and_run(consumer(work / f"add_subdirectory_{suffix}", suffix, text))


def own_panic_replaces_ours(work, prefix, libdir):
    """A program that defines selkie_panic gets its own, with either library."""
    source = work / "panic.c"
    source.write_text('#include "selkie/selkie.h"\n#include <stdlib.h>\n'
                      "void selkie_panic(const char *what) { (void)what; exit(7); }\n"
                      "int main(void) { return selkie_version()[0] == 0; }\n")
    for library in (["-L", libdir, "-lselkie"], [libdir / "libselkie.a"]):
        must("cc", "-I", prefix / "include", source, *library, "-o", work / "panic")


def files_in(folder):
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if not path.is_dir())


def installed_files_are_the_promised_ones(prefix, libdir):
    files = files_in(prefix)
    lib = libdir.relative_to(prefix).as_posix()
    wanted = [f"include/selkie/{path.name}" for path in (_tree.SOURCE / "include/selkie").glob("*.h")]
    wanted += [f"{lib}/libselkie.a", f"{lib}/libselkie.so", f"{lib}/pkgconfig/selkie.pc", f"{lib}/cmake/selkie/selkieConfig.cmake"]
    missing = [name for name in wanted if name not in files]
    if missing:
        raise Failed(f"not installed: {missing}")


def install_and_uninstall(work, name, prefix, root, uses):
    """root: where the prefix really is, below DESTDIR or itself."""
    build = work / f"build_{name}"
    environment = {key: value for key, value in os.environ.items() if key != "DESTDIR"}
    if root != prefix:
        environment["DESTDIR"] = str(root)
        root = root / prefix.relative_to("/")
    must("cmake", "-S", _tree.SOURCE, "-B", build, "-DCMAKE_BUILD_TYPE=Release", "-DSELKIE_BUILD_TESTS=OFF",
         "-DSELKIE_BUILD_EXAMPLES=OFF", f"-DCMAKE_INSTALL_PREFIX={prefix}")
    must("cmake", "--build", build)
    must("cmake", "--install", build, env=environment)
    libdir = next(root.rglob("libselkie.a")).parent
    installed_files_are_the_promised_ones(root, libdir)
    for use in uses:
        print(f"{name}: {use.__name__}")
        folder = work / name / use.__name__
        folder.mkdir(parents=True)
        use(folder, root, libdir)
    must("cmake", "--build", build, "--target", "uninstall", env=environment)
    left = files_in(root) + [path.as_posix() for path in root.rglob("selkie")]
    if left:
        raise Failed(f"uninstall leaves {left}")


work = pathlib.Path(tempfile.mkdtemp())
try:
    uses = [by_pkg_config, by_find_package, by_add_subdirectory, own_panic_replaces_ours]
    install_and_uninstall(work, "prefix", work / "here", work / "here", uses)
    install_and_uninstall(work, "destdir", pathlib.Path("/usr/local"), work / "staged", [by_pkg_config])
except Failed as failure:
    print(failure)
    sys.exit(1)
finally:
    shutil.rmtree(work)
