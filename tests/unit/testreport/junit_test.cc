// SPDX-License-Identifier: MIT
#include "testreport/junit.h"

#include <gtest/gtest.h>

#include "unit/scratch.h"

namespace orch::testreport {
namespace {

using test::thrown_by;

Report read(const std::string& xml) { return parse_junit(xml, "r.xml"); }

std::string refusal_of(const std::string& xml) {
  return thrown_by([&] { read(xml); });
}

// "suite|name status 12 message", a line for each case.
std::string cases_of(const Report& report) {
  std::string out;
  for (const Case& c : report.cases) {
    out += c.suite + "|" + c.name + " " + std::string(status_name(c.status));
    if (c.duration_ms) out += " " + std::to_string(*c.duration_ms);
    if (!c.message.empty()) out += " [" + c.message + "]";
    out += "\n";
  }
  return out;
}

std::string counts_of(const Report& r) {
  return std::to_string(r.total) + "=" + std::to_string(r.passed) + "+" +
         std::to_string(r.failed) + "+" + std::to_string(r.skipped) + " in " +
         (r.duration_ms ? std::to_string(*r.duration_ms) : "-");
}

std::string body(const std::string& cases) {
  return "<testsuite name='s'>" + cases + "</testsuite>";
}

TEST(Junit, ReadsWhatPytestWrites) {
  const Report r = read(R"(<?xml version="1.0" encoding="utf-8"?>
<testsuites><testsuite name="pytest" errors="1" failures="1" skipped="1"
 tests="4" time="0.042" timestamp="2026-11-22T12:00:00" hostname="h">
<testcase classname="tests.test_a" name="test_one[a-b]" time="0.001" />
<testcase classname="tests.test_a" name="test_two" time="0.0006">
<failure message="assert 1 == 2">def test_two():
&gt;    assert 1 == 2</failure></testcase>
<testcase classname="tests.test_a" name="test_three" time="0.000">
<skipped type="pytest.skip" message="no database">a.py:3: no database</skipped>
</testcase>
<testcase classname="" name="tests.test_b" time="0.000">
<error message="collection failure">ImportError</error></testcase>
</testsuite></testsuites>)");
  EXPECT_EQ(counts_of(r), "4=1+2+1 in 42");
  EXPECT_EQ(cases_of(r),
            "tests.test_a|test_one[a-b] passed 1\n"
            "tests.test_a|test_two failed 1 [assert 1 == 2\ndef test_two():\n"
            ">    assert 1 == 2]\n"
            "tests.test_a|test_three skipped 0 [no database\n"
            "a.py:3: no database]\n"
            "pytest|tests.test_b failed 0 [collection failure\nImportError]\n");
  EXPECT_EQ(outcome_of(r), Status::Failed);
}

TEST(Junit, ReadsWhatGoogleTestWrites) {
  const Report r = read(R"(<?xml version="1.0" encoding="UTF-8"?>
<testsuites tests="4" failures="1" disabled="1" errors="0" time="0.5"
 name="AllTests">
<testsuite name="A" tests="4" failures="1" disabled="1" skipped="1" errors="0"
 time="0.5">
<testcase name="Works" status="run" result="completed" time="0.1"
 classname="A" />
<testcase name="Fails" file="a.cc" line="3" status="run" result="completed"
 time="0.2" classname="A">
<failure message="a.cc:4&#x0A;Expected" type=""><![CDATA[a.cc:4
Expected]]></failure>
<failure message="a.cc:5" type=""><![CDATA[a.cc:5]]></failure></testcase>
<testcase name="DISABLED_Off" status="notrun" result="suppressed" time="0."
 classname="A" />
<testcase name="Skips" status="run" result="skipped" time="0" classname="A">
<skipped message="a.cc:9&#x0A;not here"><![CDATA[a.cc:9
not here]]></skipped></testcase></testsuite></testsuites>)");
  EXPECT_EQ(counts_of(r), "4=1+1+2 in 500");
  EXPECT_EQ(cases_of(r),
            "A|Works passed 100\n"
            "A|Fails failed 200 [a.cc:4\nExpected\na.cc:4\nExpected\na.cc:5]\n"
            "A|DISABLED_Off skipped 0\n"
            "A|Skips skipped 0 [a.cc:9\nnot here\na.cc:9\nnot here]\n");
}

TEST(Junit, ReadsWhatSurefireWrites) {
  const Report r = read(R"(<?xml version="1.0" encoding="UTF-8"?>
<testsuite xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"
 xsi:noNamespaceSchemaLocation="https://example.org/surefire.xsd"
 name="org.example.ATest" time="1,234.5" tests="3" errors="1" skipped="0"
 failures="0" flakes="1">
<properties><property name="testcase" value="x"/></properties>
<testcase name="slow" classname="org.example.ATest" time="1,234"/>
<testcase name="flaky" classname="org.example.ATest" time="0.01">
<flakyFailure message="once" type="E"><stackTrace>at x</stackTrace>
</flakyFailure></testcase>
<testcase name="throws" classname="org.example.ATest" time="0.002">
<error type="java.lang.IllegalStateException">at org.example</error>
<rerunError type="E"/><system-out><![CDATA[<testcase name="no"/>]]></system-out>
</testcase></testsuite>)");
  EXPECT_EQ(counts_of(r), "3=2+1+0 in 1234500");
  EXPECT_EQ(cases_of(r),
            "org.example.ATest|slow passed 1234000\n"
            "org.example.ATest|flaky passed 10\n"
            "org.example.ATest|throws failed 2 "
            "[java.lang.IllegalStateException\nat org.example]\n");
}

TEST(Junit, ReadsWhatJestAndGoWrite) {
  const Report jest = read(R"(<testsuites name="jest tests" tests="2"
 failures="1" errors="0" time="1.5"><testsuite name="sum" errors="0"
 failures="1" skipped="0" time="0.7" tests="2">
<testcase classname="sum adds" name="sum adds" time="0.003"></testcase>
<testcase classname="sum fails" name="sum fails" time="0.004">
<failure>Error: expected 1</failure></testcase></testsuite></testsuites>)");
  EXPECT_EQ(counts_of(jest), "2=1+1+0 in 1500");
  const Report go = read(R"(<testsuites>
<testsuite tests="2" failures="0" time="0.160" name="example.org/a">
<testcase classname="a" name="TestOne" time="0.060"></testcase></testsuite>
<testsuite tests="1" failures="0" time="0.040" name="example.org/b">
<testcase classname="b" name="TestTwo"><skipped message="short"/></testcase>
</testsuite></testsuites>)");
  EXPECT_EQ(counts_of(go), "2=1+0+1 in 200");
}

TEST(Junit, ReadsSuitesWithinSuites) {
  const Report r = read(
      "<testsuites><testsuite name='outer' failures='1' tests='2'>"
      "<testsuite name='inner' failures='1' tests='2' time='3'>"
      "<testcase name='a'/><testcase name='b'><failure/></testcase>"
      "</testsuite></testsuite></testsuites>");
  EXPECT_EQ(counts_of(r), "2=1+1+0 in -");
  EXPECT_EQ(cases_of(r), "inner|a passed\ninner|b failed\n");
}

TEST(Junit, BelievesASuiteThatSaysMoreFailedThanItShows) {
  const Report r = read(
      "<testsuites failures='3' tests='4'><testsuite name='s' failures='2' "
      "errors='1' tests='4'><testcase name='a'/><testcase name='b'>"
      "<failure message='x'/></testcase></testsuite></testsuites>");
  EXPECT_EQ(counts_of(r), "4=1+3+0 in -");
  EXPECT_EQ(cases_of(r),
            "s|a passed\ns|b failed [x]\ns|(failed, but not shown) failed "
            "[the suite says that 3 of its tests failed, and shows 1]\n");
}

TEST(Junit, BelievesNumbersWithoutCases) {
  const Report r = read(
      "<testsuites><testsuite name='a' tests='5' failures='1' skipped='1'/>"
      "<testsuite name='b' tests='2'/></testsuites>");
  EXPECT_EQ(counts_of(r), "7=5+1+1 in -");
  EXPECT_TRUE(r.cases.empty());
  // What no number is counts nothing.
  EXPECT_EQ(counts_of(read("<testsuite tests='-4' failures='many'/>")),
            "0=0+0+0 in -");
}

TEST(Junit, CountsASuiteThatCouldNotBeSetUp) {
  const Report r = read(body("<error message='no database'>down</error>"));
  EXPECT_EQ(counts_of(r), "1=0+1+0 in -");
  EXPECT_EQ(cases_of(r), "s|(the suite) failed [no database\ndown]\n");
}

TEST(Junit, IsSkippedWhenNothingRan) {
  EXPECT_EQ(outcome_of(read("<testsuites/>")), Status::Skipped);
  EXPECT_EQ(outcome_of(read(body("<testcase name='a'><skipped/></testcase>"))),
            Status::Skipped);
  EXPECT_EQ(outcome_of(read(body("<testcase name='a'/>"))), Status::Passed);
}

TEST(Junit, SaysWhereAFileIsCutOff) {
  EXPECT_EQ(refusal_of("<testsuite name='s'>\n<testcase name='a'>\n"),
            "usage: r.xml:3: no element found");
  EXPECT_EQ(refusal_of("<testsuite>\n</testsuites>"),
            "usage: r.xml:2: mismatched tag");
  EXPECT_EQ(refusal_of("<testsuite name='s'>\n<testcase name='a"),
            "usage: r.xml:2: unclosed token");
  EXPECT_EQ(refusal_of("\n\n<?xml version='1.0'?>\n<testsuite>\n<"),
            "usage: r.xml:5: unclosed token");
}

TEST(Junit, RefusesOtherXml) {
  EXPECT_EQ(refusal_of("<html>\n<body/></html>"),
            "usage: r.xml:1: is no JUnit report: its root is 'html'");
  EXPECT_EQ(refusal_of("<\xF0\x9F\x98\x80/>"),
            "usage: r.xml:1: not well-formed (invalid token)");
}

TEST(Junit, RefusesEntities) {
  const std::string laughs =
      "<!DOCTYPE x [\n<!ENTITY a 'ha'>\n<!ENTITY b '&a;&a;&a;&a;'>\n]>\n"
      "<testsuite name='&b;'/>";
  EXPECT_EQ(refusal_of(laughs), "usage: r.xml:2: declares an entity");
  EXPECT_EQ(refusal_of("<!DOCTYPE x [<!ENTITY e SYSTEM 'file:///etc/passwd'>]>"
                       "<testsuite name='&e;'/>"),
            "usage: r.xml:1: declares an entity");
  EXPECT_EQ(refusal_of("<!DOCTYPE x [<!ENTITY % p SYSTEM 'http://h/'>%p;]>"
                       "<testsuite/>"),
            "usage: r.xml:1: declares an entity");
  EXPECT_EQ(refusal_of("<!DOCTYPE x [<!ATTLIST testcase name CDATA 'aaaa'>]>"
                       "<testsuite/>"),
            "usage: r.xml:1: declares attributes");
  EXPECT_EQ(refusal_of("<testsuite>&unknown;</testsuite>"),
            "usage: r.xml:1: undefined entity");
  // What is outside is not looked at.
  EXPECT_EQ(counts_of(read("<!DOCTYPE testsuite SYSTEM '/dev/zero'>" +
                           body("<testcase name='a'/>"))),
            "1=1+0+0 in -");
}

TEST(Junit, RefusesWhatIsNestedTooDeeply) {
  std::string deep;
  for (int i = 0; i < 100000; ++i) deep += "<testsuite>";
  EXPECT_EQ(refusal_of(deep), "usage: r.xml:1: is nested deeper than 128");
}

TEST(Junit, MendsWhatATestHasPrinted) {
  const Report r =
      read("<?xml version='1.0' encoding='utf-8'?>" +
           body("<testcase name='a\xFF'><failure>\x1b[31mred" +
                std::string(1, '\0') + "\xC3</failure></testcase>"));
  EXPECT_EQ(cases_of(r), "s|a\xEF\xBF\xBD failed [?[31mred?\xEF\xBF\xBD]\n");
}

TEST(Junit, ReadsOtherEncodings) {
  EXPECT_EQ(cases_of(read("<?xml version='1.0' encoding='ISO-8859-1'?>" +
                          body("<testcase name='\xE4'/>"))),
            "s|\xC3\xA4 passed\n");
  EXPECT_EQ(cases_of(read("\xEF\xBB\xBF<?xml version='1.0'?>" +
                          body("<testcase name='x'/>"))),
            "s|x passed\n");
  std::string wide = "\xFF\xFE";
  for (const char c : body("<testcase name='w'/>")) wide += {c, '\0'};
  EXPECT_EQ(cases_of(parse(wide, "r.xml")), "s|w passed\n");
  EXPECT_EQ(refusal_of("<?xml version='1.0' encoding='KLINGON'?><testsuite/>"),
            "usage: r.xml:1: unknown encoding");
}

TEST(Junit, TakesOnlyWhatStandsWhereItBelongs) {
  const Report r = read(
      body("<failure/><properties><testcase name='no'/></properties>"
           "<testcase name='a'><system-out><failure>no</failure></system-out>"
           "<testcase name='no'/></testcase><skipped/>"));
  EXPECT_EQ(cases_of(r), "s|(the suite) failed\ns|a passed\n");
}

TEST(Junit, KeepsBoundsAndCountsOn) {
  std::string many;
  for (std::size_t i = 0; i < kMaxCases + 7; ++i)
    many += "<testcase name='a'/>";
  const Report r = read(body(many));
  EXPECT_EQ(r.total, static_cast<std::int64_t>(kMaxCases) + 7);
  EXPECT_EQ(r.cases.size(), kMaxCases);
  const std::string huge(std::size_t{5} << 20, 'x');
  const Report long_texts = read(body(
      "<testcase name='" + huge + "' classname='" + huge +
      "'><failure message='" + huge + "'>" + huge + "</failure></testcase>"));
  EXPECT_LE(long_texts.kept_bytes, 2 * kNameBytes + kMessageBytes);
  EXPECT_EQ(long_texts.failed, 1);
  EXPECT_EQ(thrown_by([&] { parse(std::string(kMaxBytes + 1, '<'), "r.xml"); }),
            "usage: r.xml: is larger than 64 MiB");
}

TEST(Seconds, AreReadAsEveryToolWritesThem) {
  EXPECT_EQ(parse_seconds("0.25"), 250);
  EXPECT_EQ(parse_seconds(" 3 "), 3000);
  EXPECT_EQ(parse_seconds("1,234.567"), 1234567);
  EXPECT_EQ(parse_seconds("1,234"), 1234000);
  EXPECT_EQ(parse_seconds("12,345,678.9"), 12345678900);
  EXPECT_EQ(parse_seconds("0,5"), 500);
  EXPECT_EQ(parse_seconds("1.2e-03"), 1);
  for (const char* bad : {"", "-1", "nan", "inf", "1e300", "1s", "soon", ","})
    EXPECT_FALSE(parse_seconds(bad)) << bad;
}

TEST(Reports, AreMerged) {
  Report all = read(body("<testcase name='a' time='1'/>"));
  merge(all, read("<testsuite tests='3' failures='1' time='2'/>"), "b.xml");
  merge(all, parse("ok 1 - c\n", "c.tap"), "c.tap");
  EXPECT_EQ(counts_of(all), "5=4+1+0 in 3000");
  EXPECT_EQ(all.cases.size(), 2U);
  EXPECT_EQ(all.faults,
            (std::vector<std::string>{
                "c.tap: there is no plan: the end may be missing"}));
}

}  // namespace
}  // namespace orch::testreport
