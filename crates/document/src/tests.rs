mod editing;
mod hostile;
mod honest;
mod merging;
mod mutants;
mod world;
