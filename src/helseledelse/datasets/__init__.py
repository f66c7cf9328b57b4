"""Shipped tables with their licences, and the fixed numbers that rules lay down.

Importing this package reads nothing: pandas is loaded and a file is read when a table is first
asked for. Every table is handed out as a copy, so that nobody can change another's numbers.
"""

from helseledelse.datasets.catalogue import DATASETS, Dataset, dataset
from helseledelse.datasets.municipality import (
    age_counts,
    municipalities,
    municipality_names,
    nursing_home_beds_by_municipality,
)
from helseledelse.datasets.references import Reference, reference
from helseledelse.datasets.tables import (
    AGE_GROUPS,
    eq5d_value_set,
    helseatlas,
    life_table,
    mortality,
    nursing_home_beds,
    population_municipality,
    population_norway,
    population_vestvagoy,
    quality_of_life_norms,
    standard_population,
    user_payments,
)

__all__ = [
    "AGE_GROUPS",
    "DATASETS",
    "Dataset",
    "Reference",
    "age_counts",
    "dataset",
    "eq5d_value_set",
    "helseatlas",
    "life_table",
    "mortality",
    "municipalities",
    "municipality_names",
    "nursing_home_beds",
    "nursing_home_beds_by_municipality",
    "population_municipality",
    "population_norway",
    "population_vestvagoy",
    "quality_of_life_norms",
    "reference",
    "standard_population",
    "user_payments",
]
