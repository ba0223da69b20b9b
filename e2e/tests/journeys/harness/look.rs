//! How somebody looks at the pages.

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Look {
    pub width: u32,
    pub script: bool,
    pub elder: bool,
}

impl Look {
    pub const DESKTOP: Look = Look { width: 1280, script: true, elder: false };
    pub const NO_SCRIPT: Look = Look { script: false, ..Look::DESKTOP };
    /// The narrowest screen of WCAG 1.4.10.
    pub const PHONE: Look = Look { width: 320, ..Look::DESKTOP };
    pub const ELDER_PHONE: Look = Look { elder: true, ..Look::PHONE };

    pub fn name(self) -> String {
        let script = if self.script { "" } else { "，关脚本" };
        let elder = if self.elder { "，长辈版" } else { "" };
        format!("{} px{script}{elder}", self.width)
    }

    pub fn is_narrow(self) -> bool {
        self.width < 500
    }

    /// The smallest side of anything one taps.
    pub fn tap(self) -> f64 {
        if self.elder { 60.0 } else { 44.0 }
    }
}
