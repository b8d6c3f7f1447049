// Draws everyone in a jsui: [udpreceive 9000] goes straight in. Sends events out of its left outlet, people of its right.
autowatch = 1;
inlets = 1;
outlets = 2;

var EDGES = [
	["leftEar", "leftEye"], ["leftEye", "nose"], ["nose", "rightEye"], ["rightEye", "rightEar"],
	["leftShoulder", "rightShoulder"], ["leftShoulder", "leftElbow"], ["leftElbow", "leftWrist"],
	["rightShoulder", "rightElbow"], ["rightElbow", "rightWrist"], ["leftShoulder", "leftHip"],
	["rightShoulder", "rightHip"], ["leftHip", "rightHip"], ["leftHip", "leftKnee"], ["leftKnee", "leftAnkle"],
	["rightHip", "rightKnee"], ["rightKnee", "rightAnkle"]
];
var COLOURS = [[0.88, 0.31, 0.19], [0.19, 0.44, 0.88], [0.13, 0.63, 0.31], [0.75, 0.56, 0.06]];
var LEAST_SCORE = 0.2;
var people = {};

mgraphics.init();
mgraphics.relative_coords = 0;
mgraphics.autofill = 0;

// Every OSC message arrives here: its address is the name of the message.
function anything() {
	var path = messagename.split("/");
	var values = arrayfromargs(arguments);
	if (path[1] !== "pose") return;
	if (path[2] === "event") {
		outlet(0, [path[3]].concat(values));
	} else if (path[2] === "count") {
		outlet(1, values[0]);
	} else if (path[2] === "alive") {
		for (var slot in people) if (values.indexOf(Number(slot)) < 0) delete people[slot];
		mgraphics.redraw();
	} else if (path.length === 4 && values.length === 3) {
		if (!people[path[2]]) people[path[2]] = {};
		people[path[2]][path[3]] = values;
	}
}

function paint() {
	var size = mgraphics.size;
	mgraphics.set_source_rgba(0.12, 0.12, 0.14, 1);
	mgraphics.rectangle(0, 0, size[0], size[1]);
	mgraphics.fill();
	mgraphics.set_line_width(3);
	for (var slot in people) {
		var colour = COLOURS[(slot - 1) % COLOURS.length];
		mgraphics.set_source_rgba(colour[0], colour[1], colour[2], 1);
		for (var index = 0; index < EDGES.length; index++) {
			var from = people[slot][EDGES[index][0]];
			var to = people[slot][EDGES[index][1]];
			if (!from || !to || from[2] < LEAST_SCORE || to[2] < LEAST_SCORE) continue;
			mgraphics.move_to(from[0] * size[0], from[1] * size[1]);
			mgraphics.line_to(to[0] * size[0], to[1] * size[1]);
			mgraphics.stroke();
		}
	}
}
