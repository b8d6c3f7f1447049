"""Builds a network in TouchDesigner that receives posekit: channels, people, skeletons and events.

Put this file into a Text DAT and choose *Run Script*, or in the Textport: exec(open('PATH/build_posekit.py').read()).
posekit sends to it with

    posekit run --preset touchdesigner --osc 127.0.0.1:9000 --out "osc:127.0.0.1:9001?content=events"
"""

CHANNELS_PORT = 9000
EVENTS_PORT = 9001
PEOPLE = 4

#: What the Script SOP of each person runs: lines between the joints, from channels such as leftWrist/x.
SKELETON = """\
BONES = [
    ("leftEar", "leftEye"), ("leftEye", "nose"), ("nose", "rightEye"), ("rightEye", "rightEar"),
    ("leftShoulder", "rightShoulder"), ("leftShoulder", "leftElbow"), ("leftElbow", "leftWrist"),
    ("rightShoulder", "rightElbow"), ("rightElbow", "rightWrist"), ("leftShoulder", "leftHip"),
    ("rightShoulder", "rightHip"), ("leftHip", "rightHip"), ("leftHip", "leftKnee"), ("leftKnee", "leftAnkle"),
    ("rightHip", "rightKnee"), ("rightKnee", "rightAnkle"),
]
LEAST_SCORE = 0.2
ASPECT = 4 / 3  # of the camera's picture


def onCook(scriptOp):
    scriptOp.clear()
    person = op(scriptOp.fetch("channels"))
    if person is None or person.numChans == 0 or person["active"] < 0.5:
        return
    for bone in BONES:
        if min(person[part + "/score"].eval() for part in bone) < LEAST_SCORE:
            continue
        line = scriptOp.appendPoly(2, closed=False, addPoints=True)
        for vertex, part in zip(line, bone):
            vertex.point.x = (person[part + "/x"].eval() - 0.5) * ASPECT
            vertex.point.y = person[part + "/y"].eval() - 0.5
            vertex.point.z = 0


cook = onCook
"""

#: What the OSC In DAT runs for every event. Write your own reactions here.
EVENTS = """\
def onReceiveOSC(dat, rowIndex, message, byteData, timeStamp, address, args, peer):
    if not address.startswith("/pose/event/"):
        return
    kind = address.rpartition("/")[2]
    reaction = REACTIONS.get(kind)
    if reaction is not None:
        reaction(*args)


def entered(slot, id):
    debug("person", id, "has come, in slot", slot)


def left(slot, id, dwell_s):
    debug("person", id, "has gone after", round(dwell_s, 1), "s")


def gestured(slot, id, name, phase, side, value, held_s):
    if phase == "start":
        debug("person", id, "does", name)


REACTIONS = {"enter": entered, "leave": left, "gesture": gestured}
"""


def made(where, kind, name, x, y):
    """A new operator in the place of one of that name."""
    old = where.op(name)
    if old is not None:
        old.destroy()
    new = where.create(kind, name)
    new.nodeX, new.nodeY = x, y
    return new


def text(where, name, content, x, y):
    """A Text DAT."""
    dat = made(where, textDAT, name, x, y)
    dat.text = content
    return dat


def build(where):
    """Everything, in a component."""
    channels = made(where, oscinCHOP, "posekit_channels", 0, 0)
    channels.par.port = CHANNELS_PORT

    callbacks = text(where, "posekit_reactions", EVENTS, 0, -300)
    events = made(where, oscinDAT, "posekit_events", 0, -150)
    events.par.port = EVENTS_PORT
    events.par.callbacks = callbacks.name

    count = made(where, selectCHOP, "posekit_count", 250, 150)
    count.inputConnectors[0].connect(channels)
    count.par.channames = "pose/count"

    drawing = text(where, "posekit_drawing", SKELETON, 750, 150)
    for slot in range(1, PEOPLE + 1):
        y = -150 * (slot - 1)
        chosen = made(where, selectCHOP, f"posekit_select{slot}", 250, y)
        chosen.inputConnectors[0].connect(channels)
        chosen.par.channames = f"pose/{slot}/*"
        person = made(where, renameCHOP, f"person{slot}", 500, y)
        person.inputConnectors[0].connect(chosen)
        person.par.renamefrom = f"pose/{slot}/*"
        person.par.renameto = "*"
        skeleton = made(where, scriptSOP, f"skeleton{slot}", 750, y)
        skeleton.par.callbacks = drawing.name
        skeleton.store("channels", person.path)


build(parent())
