//! Tables for the public in which nobody can be picked out: small numbers are hidden, and so many others with them that no
//! hidden one can be worked out from the totals.
//!
//! A zero stays: it tells of nobody, and many zeros follow from the rules anyway, so they could hide nothing. A reader
//! therefore knows that a hidden cell is at least 1, and that every row and column adds up; the search reckons with both.

/// Numbers below this, but for zero, are hidden.
pub const THRESHOLD: u64 = 5;

/// A table of counts with its totals. `None` is hidden.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Hidden {
    /// Cells, row by row.
    pub cells: Vec<Vec<Option<u64>>>,
    /// Sum of each row.
    pub row_totals: Vec<Option<u64>>,
    /// Sum of each column.
    pub column_totals: Vec<Option<u64>>,
    /// Sum of all.
    pub total: Option<u64>,
}

/// Cells and totals in one grid: the last row and the last column are the totals.
struct Grid {
    values: Vec<Vec<u64>>,
    hidden: Vec<Vec<bool>>,
    rows: usize,
    columns: usize,
}

/// Hides small numbers and what would give them away. Rows that are shorter than the longest count as filled with zeros.
#[must_use]
pub fn hide(counts: &[Vec<u64>]) -> Hidden {
    let mut grid = Grid::of(counts);
    // Every round hides one cell more, and a grid with nothing but zeros to see gives nothing away.
    while let Some((row, column)) = grid.given_away() {
        let Some(cover) = grid.cover_for(row, column) else { break };
        grid.set(cover, true);
    }
    let mut shown = grid.shown();
    let column_totals = shown.pop().unwrap_or_default();
    let mut cells = Vec::with_capacity(shown.len());
    let mut row_totals = Vec::with_capacity(shown.len());
    for mut row in shown {
        row_totals.push(row.pop().flatten());
        cells.push(row);
    }
    let mut column_totals = column_totals;
    let total = column_totals.pop().flatten();
    Hidden { cells, row_totals, column_totals, total }
}

impl Grid {
    fn of(counts: &[Vec<u64>]) -> Self {
        let (rows, columns) = (counts.len(), counts.iter().map(Vec::len).max().unwrap_or(0));
        let mut values: Vec<Vec<u64>> = Vec::with_capacity(rows + 1);
        let mut sums = vec![0_u64; columns + 1];
        for row in counts {
            let mut line: Vec<u64> = row.iter().copied().chain(std::iter::repeat(0)).take(columns).collect();
            line.push(line.iter().sum());
            for (sum, value) in sums.iter_mut().zip(&line) {
                *sum += value;
            }
            values.push(line);
        }
        values.push(sums);
        let hidden = values.iter().map(|row| row.iter().map(|n| (1..THRESHOLD).contains(n)).collect()).collect();
        Self { values, hidden, rows, columns }
    }

    fn value(&self, (row, column): (usize, usize)) -> u64 {
        self.values.get(row).and_then(|line| line.get(column)).copied().unwrap_or(0)
    }

    fn is_hidden(&self, (row, column): (usize, usize)) -> bool {
        self.hidden.get(row).and_then(|line| line.get(column)).copied().unwrap_or(false)
    }

    fn set(&mut self, (row, column): (usize, usize), hidden: bool) {
        if let Some(cell) = self.hidden.get_mut(row).and_then(|line| line.get_mut(column)) {
            *cell = hidden;
        }
    }

    fn places(&self) -> impl Iterator<Item = (usize, usize)> + use<> {
        let (rows, columns) = (self.rows, self.columns);
        (0..=rows).flat_map(move |row| (0..=columns).map(move |column| (row, column)))
    }

    /// The first hidden cell whose number follows from what is shown.
    fn given_away(&self) -> Option<(usize, usize)> {
        self.places().find(|place| self.is_hidden(*place) && !self.may_vary(*place))
    }

    /// Whether another table agrees with everything that is shown and differs in this cell.
    ///
    /// With the totals counted negatively every row and column of the grid adds up to zero, so two such tables differ by
    /// rings of hidden cells in which one goes up, the next in its column down, the next in its row up, and so on. A ring is
    /// a walk from rows to columns over cells that may go up and back over cells that may go down.
    fn may_vary(&self, place: (usize, usize)) -> bool {
        (self.may_rise(place) && self.reaches(place, true)) || (self.may_fall(place) && self.reaches(place, false))
    }

    /// Totals are counted negatively: where they stand, up is down.
    fn is_turned(&self, (row, column): (usize, usize)) -> bool {
        (row == self.rows) != (column == self.columns)
    }

    fn may_rise(&self, place: (usize, usize)) -> bool {
        self.is_hidden(place) && (!self.is_turned(place) || self.value(place) >= 2)
    }

    fn may_fall(&self, place: (usize, usize)) -> bool {
        self.is_hidden(place) && (self.is_turned(place) || self.value(place) >= 2)
    }

    /// Whether a walk closes the ring: from the cell's column back to its row where the cell rises, the other way where it
    /// falls, never over the cell itself.
    fn reaches(&self, place: (usize, usize), rises: bool) -> bool {
        let (mut rows, mut columns) = (vec![false; self.rows + 1], vec![false; self.columns + 1]);
        if rises {
            mark(&mut columns, place.1);
        } else {
            mark(&mut rows, place.0);
        }
        loop {
            let mut moved = false;
            for at in self.places().filter(|at| *at != place) {
                let (from_row, from_column) = (is_marked(&rows, at.0), is_marked(&columns, at.1));
                if from_row && !from_column && self.may_rise(at) {
                    mark(&mut columns, at.1);
                    moved = true;
                } else if from_column && !from_row && self.may_fall(at) {
                    mark(&mut rows, at.0);
                    moved = true;
                }
            }
            if !moved {
                return if rises { is_marked(&rows, place.0) } else { is_marked(&columns, place.1) };
            }
        }
    }

    /// The cell to hide next so that this one no longer follows: the smallest that is enough by itself, inner cells before
    /// totals; where none is, the smallest in its row or column.
    fn cover_for(&mut self, row: usize, column: usize) -> Option<(usize, usize)> {
        let mut visible: Vec<(usize, usize)> =
            self.places().filter(|at| !self.is_hidden(*at) && self.value(*at) > 0).collect();
        visible.sort_by_key(|at| (at.0 == self.rows || at.1 == self.columns, self.value(*at), *at));
        for at in &visible {
            self.set(*at, true);
            let enough = self.may_vary((row, column));
            self.set(*at, false);
            if enough {
                return Some(*at);
            }
        }
        let near = |at: &&(usize, usize)| at.0 == row || at.1 == column;
        visible.iter().find(near).or(visible.first()).copied()
    }

    fn shown(&self) -> Vec<Vec<Option<u64>>> {
        let line = |(values, hidden): (&Vec<u64>, &Vec<bool>)| {
            values.iter().zip(hidden).map(|(value, hidden)| (!hidden).then_some(*value)).collect()
        };
        self.values.iter().zip(&self.hidden).map(line).collect()
    }
}

fn mark(marks: &mut [bool], at: usize) {
    if let Some(one) = marks.get_mut(at) {
        *one = true;
    }
}

fn is_marked(marks: &[bool], at: usize) -> bool {
    marks.get(at).copied().unwrap_or(false)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeSet;

    /// What a reader with a pencil can find: every table of whole numbers that fits what is shown, up to a largest number.
    /// It shares no thought with the search above. Answers the values that each place of the grid may have.
    fn possible(shown: &Hidden, largest: u64) -> Vec<Vec<BTreeSet<u64>>> {
        let (rows, columns) = (shown.cells.len(), shown.column_totals.len());
        let mut found = vec![vec![BTreeSet::new(); columns + 1]; rows + 1];
        let mut cells = vec![vec![0; columns]; rows];
        fill(shown, largest, 0, &mut cells, &mut found);
        found
    }

    fn fits(shown: Option<u64>, value: u64) -> bool {
        shown.map_or(value >= 1, |known| known == value)
    }

    fn fill(shown: &Hidden, largest: u64, at: usize, cells: &mut Vec<Vec<u64>>, found: &mut [Vec<BTreeSet<u64>>]) {
        let (rows, columns) = (cells.len(), shown.column_totals.len());
        if at > 0
            && at.is_multiple_of(columns)
            && !fits(shown.row_totals[at / columns - 1], cells[at / columns - 1].iter().sum())
        {
            return;
        }
        if at == rows * columns {
            let sums: Vec<u64> = (0..columns).map(|column| cells.iter().map(|row| row[column]).sum()).collect();
            let total = sums.iter().sum();
            if !fits(shown.total, total)
                || !sums.iter().zip(&shown.column_totals).all(|(sum, known)| fits(*known, *sum))
            {
                return;
            }
            for (row, values) in cells.iter().enumerate() {
                for (column, value) in values.iter().enumerate() {
                    found[row][column].insert(*value);
                }
                found[row][columns].insert(values.iter().sum());
            }
            for (column, sum) in sums.iter().enumerate() {
                found[rows][column].insert(*sum);
            }
            found[rows][columns].insert(total);
            return;
        }
        let (row, column) = (at / columns, at % columns);
        match shown.cells[row][column] {
            Some(known) => {
                cells[row][column] = known;
                fill(shown, largest, at + 1, cells, found);
            }
            None => {
                for value in 1..=largest {
                    cells[row][column] = value;
                    fill(shown, largest, at + 1, cells, found);
                }
            }
        }
        cells[row][column] = 0;
    }

    fn whole(shown: &Hidden) -> Vec<Vec<Option<u64>>> {
        let mut grid: Vec<Vec<Option<u64>>> = shown.cells.clone();
        grid.iter_mut().zip(&shown.row_totals).for_each(|(row, total)| row.push(*total));
        grid.push(shown.column_totals.iter().copied().chain([shown.total]).collect());
        grid
    }

    #[test]
    fn one_small_number_takes_company_with_it() {
        let shown = hide(&[vec![3, 20, 30], vec![15, 25, 35]]);
        assert_eq!(shown.cells[0][0], None);
        assert!(shown.cells.iter().flatten().filter(|cell| cell.is_none()).count() >= 4, "{shown:?}");
        assert_eq!(shown.total, Some(128), "as much as can be is shown");
    }

    #[test]
    fn two_ones_do_not_give_each_other_away() {
        // 1 + 1 = 10 - 8, and a hidden cell is at least 1: both would be known.
        let shown = hide(&[vec![1, 1, 8]]);
        assert!(shown.cells[0][2].is_none() || shown.row_totals[0].is_none(), "{shown:?}");
    }

    #[test]
    fn large_numbers_and_zeros_are_shown() {
        let shown = hide(&[vec![5, 0], vec![0, 7]]);
        assert!(whole(&shown).iter().flatten().all(Option::is_some));
        assert_eq!(hide(&[]).total, Some(0));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(800))]
        #[test]
        fn no_hidden_number_can_be_worked_out(
            counts in (1_usize..=3, 1_usize..=3).prop_flat_map(|(rows, columns)| {
                proptest::collection::vec(proptest::collection::vec(prop_oneof![2 => Just(0_u64), 3 => 1_u64..=2, 1 => 3_u64..=4, 3 => 5_u64..=7], columns), rows)
            })
        ) {
            let shown = hide(&counts);
            let columns = counts[0].len();
            for (row, known) in counts.iter().zip(&shown.cells) {
                for (value, cell) in row.iter().zip(known) {
                    prop_assert!(cell.is_none_or(|cell| cell == *value), "what is shown is true");
                    prop_assert!(!(1..THRESHOLD).contains(value) || cell.is_none(), "small numbers are hidden");
                }
            }
            let hidden = whole(&shown).iter().flatten().filter(|cell| cell.is_none()).count();
            if hidden > 0 && shown.cells.iter().flatten().filter(|cell| cell.is_none()).count() <= 5 {
                let values = possible(&shown, 8);
                for (row, line) in whole(&shown).iter().enumerate() {
                    for (column, cell) in line.iter().enumerate() {
                        let could_be = &values[row][column];
                        prop_assert!(!could_be.is_empty());
                        prop_assert!(cell.is_some() || could_be.len() > 1, "{row},{column} of {columns} is {could_be:?}: {shown:?}");
                    }
                }
            }
        }
    }
}
