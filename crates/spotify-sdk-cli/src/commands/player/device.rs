//! Devices, which people know by their names.

use spotify_sdk::models::PlayerDevice;

use crate::commands::SignedIn;
use crate::output::{Failure, Table, note};

/// A device to which a command goes.
#[derive(Clone, Debug)]
pub(crate) struct TargetDevice {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) volume_percent: Option<u32>,
}

#[derive(Debug, clap::Args)]
pub(crate) struct On {
    /// The device, by id or name [default: the active device]
    #[arg(long)]
    pub(crate) device: Option<String>,
}

impl On {
    /// The device that was named, if one was.
    pub(crate) fn target(&self, signed_in: &SignedIn<'_>) -> Result<Option<TargetDevice>, Failure> {
        self.device.as_deref().map(|wanted| target(signed_in, wanted)).transpose()
    }
}

/// Finds the device that somebody means.
pub(crate) fn target(signed_in: &SignedIn<'_>, wanted: &str) -> Result<TargetDevice, Failure> {
    let devices = signed_in.client().player().get_devices().send()?;
    match fitting(&devices, wanted).as_slice() {
        [device] => match &device.id {
            Some(id) => Ok(TargetDevice {
                id: id.to_string(),
                name: device.name.to_string(),
                volume_percent: device.volume_percent,
            }),
            None => Err(Failure::Player {
                message: format!("the device `{}` does not accept commands", device.name),
                hint: known(&devices),
                code: 1,
            }),
        },
        [] => Err(Failure::Player { message: format!("no device `{wanted}` found"), hint: known(&devices), code: 4 }),
        several => Err(Failure::Player {
            message: format!("several devices match `{wanted}`: {}", told_apart(several)),
            hint: "Give more of the name, or the id.".to_owned(),
            code: 2,
        }),
    }
}

/// The devices that `wanted` may mean: the one with this id, else those with this name, else those with it in their names.
fn fitting<'d>(devices: &'d [PlayerDevice], wanted: &str) -> Vec<&'d PlayerDevice> {
    let by = |fits: &dyn Fn(&PlayerDevice) -> bool| devices.iter().filter(|device| fits(device)).collect::<Vec<_>>();
    let name = folded(wanted);
    let with_id = by(&|device| device.id.as_deref() == Some(wanted));
    if !with_id.is_empty() {
        return with_id;
    }
    let with_name = by(&|device| folded(&device.name) == name);
    // Of several that are called the same, the one that is in use is meant.
    if let [active] = with_name.iter().copied().filter(|device| device.is_active).collect::<Vec<_>>().as_slice() {
        return vec![*active];
    }
    if !with_name.is_empty() || name.is_empty() {
        return with_name;
    }
    by(&|device| folded(&device.name).contains(&name))
}

/// Phones call themselves with a curly apostrophe, which hardly anyone types.
fn folded(name: &str) -> String {
    name.trim().to_lowercase().replace('\u{2019}', "'")
}

fn known(devices: &[PlayerDevice]) -> String {
    if devices.is_empty() {
        return "No devices found: open Spotify on one.".to_owned();
    }
    format!("Available devices: {}.", names(&devices.iter().collect::<Vec<_>>()))
}

/// The devices with all that tells one from another.
fn told_apart(devices: &[&PlayerDevice]) -> String {
    let device = |device: &&PlayerDevice| {
        let kind = device.device_type.as_ref().map_or_else(|| "unknown type".to_owned(), ToString::to_string);
        format!("{} ({kind}, {})", device.name, device.id.as_deref().unwrap_or("without an id"))
    };
    devices.iter().map(device).collect::<Vec<_>>().join(", ")
}

fn names(devices: &[&PlayerDevice]) -> String {
    devices.iter().map(|device| device.name.as_str()).collect::<Vec<_>>().join(", ")
}

/// Prints all of them.
pub(crate) fn list(signed_in: &SignedIn<'_>) -> Result<(), Failure> {
    let screen = signed_in.screen();
    let devices = signed_in.client().player().get_devices().send()?;
    if devices.is_empty() {
        note("No devices found: open Spotify on one.");
    }
    // Programs know what it is, and count with it.
    let unit = if screen.is_terminal() { "%" } else { "" };
    let mut table = Table::new(screen, &["Device", "Type", ">Volume", "State", "ID"]);
    for device in &devices {
        if screen.json {
            screen.json_line(device)?;
            continue;
        }
        let state = [
            (device.is_active, "active"),
            (device.is_private_session, "private session"),
            (device.is_restricted || device.id.is_none(), "accepts no commands"),
        ];
        let state: Vec<&str> = state.into_iter().filter(|(is_so, _)| *is_so).map(|(_, words)| words).collect();
        table.row([
            device.name.to_string(),
            device.device_type.as_ref().map(ToString::to_string).unwrap_or_default(),
            device.volume_percent.map(|percent| format!("{percent}{unit}")).unwrap_or_default(),
            state.join(", "),
            device.id.as_deref().unwrap_or_default().to_owned(),
        ]);
    }
    table.print()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn devices() -> Vec<PlayerDevice> {
        let device = |id: &str, name: &str| {
            let json = serde_json::json!({
                "id": id, "name": name, "is_active": false, "is_private_session": false, "is_restricted": false,
            });
            serde_json::from_value(json).unwrap()
        };
        [("a1", "Alma’s iPhone"), ("a2", "Kitchen"), ("a3", "Kitchen speaker"), ("a4", "КУХНЯ"), ("a5", "a2")]
            .map(|(id, name)| device(id, name))
            .to_vec()
    }

    #[test]
    fn a_device_is_found_by_its_id_by_its_name_and_by_a_part_of_it() {
        let devices = devices();
        let found = |wanted: &str| fitting(&devices, wanted).iter().filter_map(|d| d.id.as_deref()).collect::<Vec<_>>();
        assert_eq!(found("a2"), ["a2"], "an id comes before a name");
        assert_eq!(found("kitchen"), ["a2"], "a whole name comes before a part of one");
        assert_eq!(found("SPEAKER"), ["a3"]);
        assert_eq!(found("alma's iphone"), ["a1"]);
        assert_eq!(found("кухня"), ["a4"]);
        assert_eq!(found("kitch"), ["a2", "a3"]);
        assert!(found("").is_empty() && found("bath").is_empty());
    }

    #[test]
    fn of_several_devices_with_one_name_the_active_one_is_meant_and_else_they_are_told_apart() {
        let mut devices = devices();
        devices[2].name = "kitchen".into();
        let found = |devices: &[PlayerDevice]| {
            fitting(devices, "Kitchen").iter().filter_map(|d| d.id.as_deref().map(str::to_owned)).collect::<Vec<_>>()
        };
        assert_eq!(found(&devices), ["a2", "a3"]);
        assert_eq!(told_apart(&fitting(&devices, "Kitchen")), "Kitchen (unknown type, a2), kitchen (unknown type, a3)");
        devices[2].is_active = true;
        assert_eq!(found(&devices), ["a3"]);
    }
}
