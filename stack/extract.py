"""Takes the files below one folder of a wheel or source archive, without their folders: extract.py ARCHIVE FOLDER TARGET

FOLDER is a path inside the archive, with `*` for the versioned top folder of a source archive.
Exits 1 if the archive holds nothing there.
"""

import fnmatch
import os
import shutil
import sys
import tarfile
import zipfile


def files(archive):
    """(path, open) of each file; `open` is called before the next one is asked for."""
    if archive.endswith((".whl", ".zip")):
        with zipfile.ZipFile(archive) as opened:
            for name in opened.namelist():
                if not name.endswith("/"):
                    yield name, lambda name=name: opened.open(name)
    else:
        with tarfile.open(archive) as opened:
            for member in opened:
                if member.isfile():
                    yield member.name, lambda member=member: opened.extractfile(member)


def main(archive, folder, target):
    os.makedirs(target, exist_ok=True)
    count = 0
    for path, open_file in files(archive):
        if fnmatch.fnmatchcase(os.path.dirname(path), folder):
            with open_file() as source, open(os.path.join(target, os.path.basename(path)), "wb") as copy:
                shutil.copyfileobj(source, copy)
            count += 1
    if count == 0:
        sys.exit(f"{archive} holds no file in {folder}")


main(*sys.argv[1:])
