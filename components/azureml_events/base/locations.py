"""Azure's regions, by the display names of Microsoft's list of them and of `az account list-locations`.

Sources: Microsoft's pages on the regions of Azure, of Azure Government and of Azure operated by 21Vianet. A region's
name is its display name in lower case without spaces. Azure adds some, so a name that is not here may still be right.
"""

from __future__ import annotations

_PUBLIC = """
Australia Central, Australia Central 2, Australia East, Australia Southeast, Austria East, Belgium Central, Brazil
South, Brazil Southeast, Canada Central, Canada East, Central India, Central US, Central US EUAP, Chile Central,
Denmark East, East Asia, East US, East US 2, East US 2 EUAP, East US STG, France Central, France South, Germany
North, Germany West Central, Indonesia Central, Israel Central, Israel Northwest, Italy North, Japan East, Japan
West, Jio India Central, Jio India West, Korea Central, Korea South, Malaysia South, Malaysia West, Mexico Central,
New Zealand North, North Central US, North Europe, Norway East, Norway West, Poland Central, Qatar Central, South
Africa North, South Africa West, South Central US, South Central US STG, South India, Southeast Asia, Spain Central,
Sweden Central, Sweden South, Switzerland North, Switzerland West, Taiwan North, UAE Central, UAE North, UK South,
UK West, West Central US, West Europe, West India, West US, West US 2, West US 3
"""
_GOVERNMENT = "US DoD Central, US DoD East, US Gov Arizona, US Gov Iowa, US Gov Texas, US Gov Virginia"
_CHINA = "China East, China East 2, China East 3, China North, China North 2, China North 3"

LOCATIONS = {
    display.replace(" ", "").lower(): display
    for display in " ".join(f"{_PUBLIC}, {_GOVERNMENT}, {_CHINA}".split()).split(", ")
}
"""The display name of each region, by its name."""
