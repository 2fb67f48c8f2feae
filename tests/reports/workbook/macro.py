"""LibreOffice, told by a macro in Basic what to do with workbooks, line by line of a plan."""

import subprocess
from collections.abc import Iterable, Sequence
from pathlib import Path
from xml.sax.saxutils import escape

SETTINGS = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Setup/Office">
<prop oor:name="ooSetupInstCompleted" oor:op="fuse"><value>true</value></prop></item>
{more}
</oor:items>
"""
# A new profile that is set up already keeps the macros that stand in it.
LIBRARIES = """<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE library:libraries PUBLIC "-//OpenOffice.org//DTD OfficeDocument 1.0//EN" "libraries.dtd">
<library:libraries xmlns:library="http://openoffice.org/2000/library">
<library:library library:name="Standard" library:link="false"/>
</library:libraries>
"""
LIBRARY = """<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE library:library PUBLIC "-//OpenOffice.org//DTD OfficeDocument 1.0//EN" "library.dtd">
<library:library xmlns:library="http://openoffice.org/2000/library" library:name="Standard"
 library:readonly="false" library:passwordprotected="false">
<library:element library:name="Plan"/>
</library:library>
"""
MODULE = """<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE script:module PUBLIC "-//OpenOffice.org//DTD OfficeDocument 1.0//EN" "module.dtd">
<script:module xmlns:script="http://openoffice.org/2000/script" script:name="Plan"
 script:language="StarBasic">{source}</script:module>
"""
# The values are written with commas, quotes, in UTF-8, from the first line; texts are quoted,
# numbers not as shown; every sheet has a file.
BASIC = """
Sub Main(path As String)
  On Error GoTo Failed
  Dim hidden(0) As New com.sun.star.beans.PropertyValue
  Dim values(1) As New com.sun.star.beans.PropertyValue
  hidden(0).Name = "Hidden"
  hidden(0).Value = True
  values(0).Name = "FilterName"
  values(0).Value = "Text - txt - csv (StarCalc)"
  values(1).Name = "FilterOptions"
  values(1).Value = "44,34,76,1,,0,true,true,false,false,false,-1"
  Dim cells(1000), stood(1000)
  typed = 0
  disk = createUnoService("com.sun.star.ucb.SimpleFileAccess")
  steps = createUnoService("com.sun.star.io.TextInputStream")
  steps.setInputStream(disk.openFileRead(path))
  steps.setEncoding("UTF-8")
  Do While Not steps.isEOF()
    said = steps.readLine()
    part = Split(said, Chr(9))
    Select Case part(0)
    Case "open"
      book = StarDesktop.loadComponentFromURL(part(1), "_blank", 0, hidden())
      book.enableAutomaticCalculation(False)
    Case "type"
      cells(typed) = book.Sheets.getByName(part(1)).getCellRangeByName(part(2))
      stood(typed) = cells(typed).getDataArray()
      Select Case part(3)
      Case "empty"
        cells(typed).setFormula("")
      Case "text"
        cells(typed).setString(part(4))
      Case "number"
        cells(typed).setValue(Val(part(4)))
      End Select
      typed = typed + 1
    Case "calculate"
      book.calculateAll()
    Case "restore"
      For n = typed - 1 To 0 Step -1
        cells(n).setDataArray(stood(n))
      Next
      typed = 0
    Case "write"
      book.storeToURL(part(1), values())
    Case "close"
      book.close(True)
    Case Else
      Error 5
    End Select
  Loop
  StarDesktop.terminate()
  Exit Sub
Failed:
  Open ConvertFromURL(path & ".failed") For Output As #1
  Print #1, said & ": " & Error$
  Close #1
  StarDesktop.terminate()
End Sub
"""


def write_profile(profile: Path, settings: str) -> None:
    """A profile with the macro, and with these settings beside those that it needs."""
    library = profile / "user" / "basic" / "Standard"
    library.mkdir(parents=True)
    for path, text in {
        profile / "user" / "registrymodifications.xcu": SETTINGS.format(more=settings),
        library.parent / "script.xlc": LIBRARIES,
        library / "script.xlb": LIBRARY,
        library / "Plan.xba": MODULE.format(source=escape(BASIC)),
    }.items():
        path.write_text(text, encoding="utf-8")


def run(plan: Iterable[Sequence[str]], profile: Path, path: Path) -> None:
    """Do what the lines of the plan say; raises RuntimeError with the line that failed."""
    lines = ["\t".join(line) for line in plan]
    assert not any("\n" in line for line in lines)
    path.write_text("\n".join(lines), encoding="utf-8")
    subprocess.run(
        [
            "soffice",
            f"-env:UserInstallation={profile.as_uri()}",
            "--headless",
            "--norestore",
            f"macro:///Standard.Plan.Main({path.as_uri()})",
        ],
        check=True,
        capture_output=True,
        timeout=800,
    )
    failed = path.with_name(f"{path.name}.failed")
    if failed.exists():
        raise RuntimeError(failed.read_text(encoding="utf-8", errors="replace"))
