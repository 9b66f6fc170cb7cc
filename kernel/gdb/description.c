/* The registers as gdb is told of them (GDB manual, appendix G): the names are
 * those of QEMU's own stub, so that scripts run with both. */
#include "kernel/gdb/registers.h"

#include "kernel/lib/bits.h"
#include "kernel/lib/string.h"

#define XML_HEAD "<?xml version=\"1.0\"?>"
#define FEATURE  XML_HEAD "<!DOCTYPE feature SYSTEM \"gdb-target.dtd\">"

/* Without <osabi> gdb takes the programs' for Linux's, and does not load
 * libraries that the target names. */
static const char target_xml[] = XML_HEAD
    "<!DOCTYPE target SYSTEM \"gdb-target.dtd\">"
    "<target><architecture>i386:x86-64</architecture><osabi>none</osabi>"
    "<xi:include href=\"core.xml\"/><xi:include href=\"system.xml\"/>"
    "</target>";

static const char core_xml[] =
    FEATURE "<feature name=\"org.gnu.gdb.i386.core\">"
            "<flags id=\"eflags\" size=\"4\">"
            "<field name=\"CF\" start=\"0\" end=\"0\"/>"
            "<field name=\"\" start=\"1\" end=\"1\"/>"
            "<field name=\"PF\" start=\"2\" end=\"2\"/>"
            "<field name=\"AF\" start=\"4\" end=\"4\"/>"
            "<field name=\"ZF\" start=\"6\" end=\"6\"/>"
            "<field name=\"SF\" start=\"7\" end=\"7\"/>"
            "<field name=\"TF\" start=\"8\" end=\"8\"/>"
            "<field name=\"IF\" start=\"9\" end=\"9\"/>"
            "<field name=\"DF\" start=\"10\" end=\"10\"/>"
            "<field name=\"OF\" start=\"11\" end=\"11\"/>"
            "<field name=\"NT\" start=\"14\" end=\"14\"/>"
            "<field name=\"RF\" start=\"16\" end=\"16\"/>"
            "<field name=\"VM\" start=\"17\" end=\"17\"/>"
            "<field name=\"AC\" start=\"18\" end=\"18\"/>"
            "<field name=\"VIF\" start=\"19\" end=\"19\"/>"
            "<field name=\"VIP\" start=\"20\" end=\"20\"/>"
            "<field name=\"ID\" start=\"21\" end=\"21\"/>"
            "</flags>"
            "<reg name=\"rax\" bitsize=\"64\" type=\"int64\"/>"
            "<reg name=\"rbx\" bitsize=\"64\" type=\"int64\"/>"
            "<reg name=\"rcx\" bitsize=\"64\" type=\"int64\"/>"
            "<reg name=\"rdx\" bitsize=\"64\" type=\"int64\"/>"
            "<reg name=\"rsi\" bitsize=\"64\" type=\"int64\"/>"
            "<reg name=\"rdi\" bitsize=\"64\" type=\"int64\"/>"
            "<reg name=\"rbp\" bitsize=\"64\" type=\"data_ptr\"/>"
            "<reg name=\"rsp\" bitsize=\"64\" type=\"data_ptr\"/>"
            "<reg name=\"r8\" bitsize=\"64\" type=\"int64\"/>"
            "<reg name=\"r9\" bitsize=\"64\" type=\"int64\"/>"
            "<reg name=\"r10\" bitsize=\"64\" type=\"int64\"/>"
            "<reg name=\"r11\" bitsize=\"64\" type=\"int64\"/>"
            "<reg name=\"r12\" bitsize=\"64\" type=\"int64\"/>"
            "<reg name=\"r13\" bitsize=\"64\" type=\"int64\"/>"
            "<reg name=\"r14\" bitsize=\"64\" type=\"int64\"/>"
            "<reg name=\"r15\" bitsize=\"64\" type=\"int64\"/>"
            "<reg name=\"rip\" bitsize=\"64\" type=\"code_ptr\"/>"
            "<reg name=\"eflags\" bitsize=\"32\" type=\"eflags\"/>"
            "<reg name=\"cs\" bitsize=\"32\" type=\"int32\"/>"
            "<reg name=\"ss\" bitsize=\"32\" type=\"int32\"/>"
            "<reg name=\"ds\" bitsize=\"32\" type=\"int32\"/>"
            "<reg name=\"es\" bitsize=\"32\" type=\"int32\"/>"
            "<reg name=\"fs\" bitsize=\"32\" type=\"int32\"/>"
            "<reg name=\"gs\" bitsize=\"32\" type=\"int32\"/>"
            "<reg name=\"st0\" bitsize=\"80\" type=\"i387_ext\"/>"
            "<reg name=\"st1\" bitsize=\"80\" type=\"i387_ext\"/>"
            "<reg name=\"st2\" bitsize=\"80\" type=\"i387_ext\"/>"
            "<reg name=\"st3\" bitsize=\"80\" type=\"i387_ext\"/>"
            "<reg name=\"st4\" bitsize=\"80\" type=\"i387_ext\"/>"
            "<reg name=\"st5\" bitsize=\"80\" type=\"i387_ext\"/>"
            "<reg name=\"st6\" bitsize=\"80\" type=\"i387_ext\"/>"
            "<reg name=\"st7\" bitsize=\"80\" type=\"i387_ext\"/>"
            "<reg name=\"fctrl\" bitsize=\"32\" type=\"int\"/>"
            "<reg name=\"fstat\" bitsize=\"32\" type=\"int\"/>"
            "<reg name=\"ftag\" bitsize=\"32\" type=\"int\"/>"
            "<reg name=\"fiseg\" bitsize=\"32\" type=\"int\"/>"
            "<reg name=\"fioff\" bitsize=\"32\" type=\"int\"/>"
            "<reg name=\"foseg\" bitsize=\"32\" type=\"int\"/>"
            "<reg name=\"fooff\" bitsize=\"32\" type=\"int\"/>"
            "<reg name=\"fop\" bitsize=\"32\" type=\"int\"/>"
            "</feature>";

static const char system_xml[] = FEATURE
    "<feature name=\"brix.system\">"
    "<flags id=\"cr0\" size=\"8\">"
    "<field name=\"PE\" start=\"0\" end=\"0\"/>"
    "<field name=\"MP\" start=\"1\" end=\"1\"/>"
    "<field name=\"EM\" start=\"2\" end=\"2\"/>"
    "<field name=\"TS\" start=\"3\" end=\"3\"/>"
    "<field name=\"ET\" start=\"4\" end=\"4\"/>"
    "<field name=\"NE\" start=\"5\" end=\"5\"/>"
    "<field name=\"WP\" start=\"16\" end=\"16\"/>"
    "<field name=\"AM\" start=\"18\" end=\"18\"/>"
    "<field name=\"NW\" start=\"29\" end=\"29\"/>"
    "<field name=\"CD\" start=\"30\" end=\"30\"/>"
    "<field name=\"PG\" start=\"31\" end=\"31\"/>"
    "</flags>"
    "<flags id=\"cr4\" size=\"8\">"
    "<field name=\"PAE\" start=\"5\" end=\"5\"/>"
    "<field name=\"MCE\" start=\"6\" end=\"6\"/>"
    "<field name=\"PGE\" start=\"7\" end=\"7\"/>"
    "<field name=\"OSFXSR\" start=\"9\" end=\"9\"/>"
    "<field name=\"OSXMMEXCPT\" start=\"10\" end=\"10\"/>"
    "<field name=\"UMIP\" start=\"11\" end=\"11\"/>"
    "<field name=\"FSGSBASE\" start=\"16\" end=\"16\"/>"
    "<field name=\"PCIDE\" start=\"17\" end=\"17\"/>"
    "<field name=\"OSXSAVE\" start=\"18\" end=\"18\"/>"
    "<field name=\"SMEP\" start=\"20\" end=\"20\"/>"
    "<field name=\"SMAP\" start=\"21\" end=\"21\"/>"
    "</flags>"
    "<flags id=\"efer\" size=\"8\">"
    "<field name=\"SCE\" start=\"0\" end=\"0\"/>"
    "<field name=\"LME\" start=\"8\" end=\"8\"/>"
    "<field name=\"LMA\" start=\"10\" end=\"10\"/>"
    "<field name=\"NXE\" start=\"11\" end=\"11\"/>"
    "</flags>"
    "<reg name=\"fs_base\" bitsize=\"64\" type=\"int64\" regnum=\"40\"/>"
    "<reg name=\"gs_base\" bitsize=\"64\" type=\"int64\"/>"
    "<reg name=\"k_gs_base\" bitsize=\"64\" type=\"int64\"/>"
    "<reg name=\"cr0\" bitsize=\"64\" type=\"cr0\"/>"
    "<reg name=\"cr2\" bitsize=\"64\" type=\"int64\"/>"
    "<reg name=\"cr3\" bitsize=\"64\" type=\"int64\"/>"
    "<reg name=\"cr4\" bitsize=\"64\" type=\"cr4\"/>"
    "<reg name=\"cr8\" bitsize=\"64\" type=\"int64\"/>"
    "<reg name=\"efer\" bitsize=\"64\" type=\"efer\"/>"
    "</feature>";

static const struct {
    const char *name;
    const char *text;
} files[] = {
    {"target.xml", target_xml},
    {"core.xml", core_xml},
    {"system.xml", system_xml},
};

const char *gdb_description(const char *name)
{
    for (size_t i = 0; i < ARRAY_COUNT(files); i++) {
        if (strcmp(files[i].name, name) == 0) {
            return files[i].text;
        }
    }
    return NULL;
}
