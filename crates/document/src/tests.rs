mod editing;
mod honest;
mod hostile;
mod merging;
mod mutants;
mod trials;
mod world;
