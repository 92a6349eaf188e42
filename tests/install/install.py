"""Install to a prefix, and below DESTDIR; build and run tiny C and C++ programs in every way that is promised; uninstall."""

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

PROGRAMS = """
add_executable(with_static main.{suffix})
target_link_libraries(with_static PRIVATE selkie::selkie)
add_executable(with_shared main.{suffix})
target_link_libraries(with_shared PRIVATE selkie::selkie_shared)
add_executable(simulates_static simulation.{suffix})
target_link_libraries(simulates_static PRIVATE selkie::selkie-sim)
add_executable(simulates_shared simulation.{suffix})
target_link_libraries(simulates_shared PRIVATE selkie::selkie-sim_shared)
"""

FIND_PACKAGE = """
cmake_minimum_required(VERSION 3.20)
project(consumer {language})
find_package(selkie {version} REQUIRED)
{programs}"""

ADD_SUBDIRECTORY = """
cmake_minimum_required(VERSION 3.20)
project(consumer {languages})
add_subdirectory({source} selkie)
{programs}get_directory_property(options COMPILE_OPTIONS)
if(options OR TARGET base_test_bytes OR TARGET poll40 OR TARGET selkie_program OR TARGET uninstall)
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
    (folder / f"simulation.{suffix}").write_text(_consumer.SIMULATION)
    (folder / "CMakeLists.txt").write_text(cmake)
    return folder


def build_and_run(folder, *definitions):
    must("cmake", "-S", folder, "-B", folder / "build", *definitions)
    must("cmake", "--build", folder / "build")
    for program in ("with_static", "with_shared", "simulates_static", "simulates_shared"):
        must(folder / "build" / program)


def by_pkg_config(work, prefix, libdir):
    environment = {**os.environ, "PKG_CONFIG_PATH": str(libdir / "pkgconfig")}
    for package, text in (("selkie", _consumer.INSTALLED), ("selkie-sim", _consumer.SIMULATION)):
        flags = must("pkg-config", "--cflags", "--libs", package, env=environment).split()
        static = [str(libdir / f"lib{flag[2:]}.a") if flag.startswith("-lselkie") else flag for flag in flags]
        if must("pkg-config", "--modversion", package, env=environment).strip() != _consumer.VERSION:
            raise Failed("pkg-config gives another version")
        for suffix, compiler, standard, _ in LANGUAGES:
            source = work / f"{package}.{suffix}"
            source.write_text(text)
            program = work / f"{package}_{suffix}"
            must(compiler, standard, "-Wall", "-Wextra", "-Werror", source, *flags, "-o", program)
            must(program, env={**os.environ, "LD_LIBRARY_PATH": str(libdir)})
            must(compiler, standard, source, *static, "-o", program)
            must(program)


def by_find_package(work, prefix, libdir):
    for suffix, _, _, language in LANGUAGES:
        text = FIND_PACKAGE.format(language=language, version=_consumer.VERSION, programs=PROGRAMS.format(suffix=suffix))
        build_and_run(consumer(work / f"find_package_{suffix}", suffix, text), f"-DCMAKE_PREFIX_PATH={prefix}")


def by_add_subdirectory(work, prefix, libdir):
    for suffix, _, _, language in LANGUAGES:
        text = ADD_SUBDIRECTORY.format(languages="C" if language == "C" else "C CXX", source=_tree.SOURCE,
                                       programs=PROGRAMS.format(suffix=suffix))
        build_and_run(consumer(work / f"add_subdirectory_{suffix}", suffix, text))


def own_panic_replaces_ours(work, prefix, libdir):
    """A program that defines selkie_panic gets its own, with either library of either kind."""
    source = work / "panic.c"
    source.write_text('#include "selkie/sim.h"\n#include <stdlib.h>\n'
                      "void selkie_panic(const char *what) { (void)what; exit(7); }\n"
                      "int main(void) { struct selkie_sim_options none = {0}; selkie_sim_new(&none); return 0; }\n")
    for libraries in (["-L", libdir, "-lselkie-sim", "-lselkie"], [libdir / "libselkie-sim.a", libdir / "libselkie.a"]):
        must("cc", "-I", prefix / "include", source, *libraries, "-o", work / "panic")
        code, text = _tree.run(work / "panic", env={**os.environ, "LD_LIBRARY_PATH": str(libdir)})
        if code != 7:
            raise Failed(f"another selkie_panic than the program's was called: exit code {code}\n{text}")


def files_in(folder):
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if not path.is_dir())


def installed_files_are_the_promised_ones(prefix, libdir, program):
    files = files_in(prefix)
    lib = libdir.relative_to(prefix).as_posix()
    wanted = [f"include/selkie/{path.name}" for path in (_tree.SOURCE / "include/selkie").glob("*.h")]
    wanted += [f"{lib}/lib{name}.{kind}" for name in ("selkie", "selkie-sim") for kind in ("a", "so")]
    wanted += [f"{lib}/pkgconfig/{name}.pc" for name in ("selkie", "selkie-sim")]
    wanted += [f"{lib}/cmake/selkie/selkieConfig.cmake"]
    if program:
        wanted += ["bin/selkie", "share/man/man1/selkie.1", "share/man/man1/selkie-sim.1"]
    missing = [name for name in wanted if name not in files]
    if missing:
        raise Failed(f"not installed: {missing}")
    if not program and (prefix / "bin").exists():
        raise Failed("the program is installed, and was not to be")


def the_program_runs(work, prefix, libdir):
    """Not only where it was built: nothing of the build tree is needed."""
    text = must(prefix / "bin" / "selkie", "sim", "--members", "5", "--duration", "5s", cwd=work)
    if "5 members run, and all agree" not in text:
        raise Failed(f"the installed program says\n{text}")


def install_and_uninstall(work, name, prefix, root, uses):
    """root: where the prefix really is, below DESTDIR or itself. The program is built if it is used."""
    program = the_program_runs in uses
    build = work / f"build_{name}"
    environment = {key: value for key, value in os.environ.items() if key != "DESTDIR"}
    if root != prefix:
        environment["DESTDIR"] = str(root)
        root = root / prefix.relative_to("/")
    must("cmake", "-S", _tree.SOURCE, "-B", build, "-DCMAKE_BUILD_TYPE=Release", "-DSELKIE_BUILD_TESTS=OFF",
         "-DSELKIE_BUILD_EXAMPLES=OFF", f"-DSELKIE_BUILD_COMMAND={'ON' if program else 'OFF'}", f"-DCMAKE_INSTALL_PREFIX={prefix}")
    must("cmake", "--build", build)
    must("cmake", "--install", build, env=environment)
    libdir = next(root.rglob("libselkie.a")).parent
    installed_files_are_the_promised_ones(root, libdir, program)
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
    uses = [by_pkg_config, by_find_package, by_add_subdirectory, own_panic_replaces_ours, the_program_runs]
    install_and_uninstall(work, "prefix", work / "here", work / "here", uses)
    install_and_uninstall(work, "destdir", pathlib.Path("/usr/local"), work / "staged", [by_pkg_config])
except Failed as failure:
    print(failure)
    sys.exit(1)
finally:
    shutil.rmtree(work)
