//! Pages as SVG.
